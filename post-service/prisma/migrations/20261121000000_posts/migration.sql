-- CreateTable
CREATE TABLE "post" (
    "id" UUID NOT NULL,
    "author_id" UUID NOT NULL,
    "title" TEXT,
    "content" TEXT NOT NULL,
    "post_type" TEXT NOT NULL,
    "visibility" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "attachments" JSONB NOT NULL,
    "links" TEXT[],
    "like_count" INTEGER NOT NULL DEFAULT 0,
    "comment_count" INTEGER NOT NULL DEFAULT 0,
    "client_mutation_id" TEXT,
    "published_at" TIMESTAMPTZ(3),
    "fanned_out" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "post_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "post_like" (
    "id" UUID NOT NULL,
    "post_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "active" BOOLEAN NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "post_like_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "feed_item" (
    "user_id" UUID NOT NULL,
    "published_at" TIMESTAMPTZ(3) NOT NULL,
    "post_id" UUID NOT NULL,
    "author_id" UUID NOT NULL,

    CONSTRAINT "feed_item_pkey" PRIMARY KEY ("user_id","published_at","post_id")
);

-- CreateTable
CREATE TABLE "large_author" (
    "author_id" UUID NOT NULL,

    CONSTRAINT "large_author_pkey" PRIMARY KEY ("author_id")
);

-- CreateTable
CREATE TABLE "counted_comment" (
    "comment_id" UUID NOT NULL,
    "post_id" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "deleted" BOOLEAN NOT NULL,

    CONSTRAINT "counted_comment_pkey" PRIMARY KEY ("comment_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "post_author_id_client_mutation_id_key" ON "post"("author_id", "client_mutation_id");

-- CreateIndex
CREATE INDEX "post_like_user_id_id_idx" ON "post_like"("user_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "post_like_post_id_user_id_key" ON "post_like"("post_id", "user_id");

-- CreateIndex
CREATE INDEX "feed_item_author_id_user_id_idx" ON "feed_item"("author_id", "user_id");

-- CreateIndex
CREATE INDEX "feed_item_post_id_idx" ON "feed_item"("post_id");

-- CreateIndex
CREATE INDEX "counted_comment_post_id_idx" ON "counted_comment"("post_id");

-- What Prisma's schema language cannot say: one index for each list, in the order in which it is read.
-- The public feed.
CREATE INDEX "post_public" ON "post"("published_at", "id") WHERE "status" = 'published' AND "visibility" = 'public';
-- An author's posts; one's own drafts stand at the time when they were written.
CREATE INDEX "post_of_author" ON "post"("author_id", (coalesce("published_at", "created_at")), "id");
-- What followers' home feeds read from the posts themselves.
CREATE INDEX "post_not_fanned_out" ON "post"("author_id", "published_at", "id") WHERE "status" = 'published' AND NOT "fanned_out";
