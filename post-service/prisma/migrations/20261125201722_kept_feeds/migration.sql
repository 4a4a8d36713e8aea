-- AlterTable
ALTER TABLE "post" DROP COLUMN "fanned_out";

-- CreateTable
CREATE TABLE "feed_reader" (
    "user_id" UUID NOT NULL,
    "floor_at" TIMESTAMPTZ(3) NOT NULL,
    "floor_id" UUID NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "trimmed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "feed_reader_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "feed_source" (
    "user_id" UUID NOT NULL,
    "author_id" UUID NOT NULL,

    CONSTRAINT "feed_source_pkey" PRIMARY KEY ("user_id","author_id")
);

-- CreateIndex
CREATE INDEX "feed_reader_seen_at_idx" ON "feed_reader"("seen_at");

-- CreateIndex
CREATE INDEX "feed_reader_trimmed_at_idx" ON "feed_reader"("trimmed_at");

-- CreateIndex
CREATE INDEX "feed_source_author_id_idx" ON "feed_source"("author_id");

-- A feed is kept once its reader comes; rows for those who have not come are not.
TRUNCATE "feed_item";

-- What Prisma's schema language cannot say: an author's published posts, for home feeds. (What it stands for,
-- "post_not_fanned_out", went with its column.)
CREATE INDEX "post_published_of_author" ON "post"("author_id", "published_at", "id") WHERE "status" = 'published';
