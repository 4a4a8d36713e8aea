-- AlterTable
ALTER TABLE "post" ADD COLUMN     "text_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "post_version" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "post_id" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "author_id" UUID NOT NULL,
    "title" TEXT,
    "content" TEXT NOT NULL,
    "written_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "post_version_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "post_version_author_id_id_idx" ON "post_version"("author_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "post_version_post_id_revision_key" ON "post_version"("post_id", "revision");

-- AddForeignKey
ALTER TABLE "post_version" ADD CONSTRAINT "post_version_post_id_fkey" FOREIGN KEY ("post_id") REFERENCES "post"("id") ON DELETE CASCADE ON UPDATE CASCADE;
