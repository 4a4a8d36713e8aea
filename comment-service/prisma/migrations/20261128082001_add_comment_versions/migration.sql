-- CreateTable
CREATE TABLE "comment_version" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "comment_id" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "post_id" UUID NOT NULL,
    "author_id" UUID NOT NULL,
    "content" TEXT NOT NULL,
    "written_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "comment_version_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "comment_version_author_id_id_idx" ON "comment_version"("author_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "comment_version_comment_id_revision_key" ON "comment_version"("comment_id", "revision");

-- AddForeignKey
ALTER TABLE "comment_version" ADD CONSTRAINT "comment_version_comment_id_fkey" FOREIGN KEY ("comment_id") REFERENCES "comment"("id") ON DELETE CASCADE ON UPDATE CASCADE;
