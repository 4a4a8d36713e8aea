-- AlterTable
ALTER TABLE "post" ADD COLUMN     "location" TEXT,
ADD COLUMN     "publish_at" TIMESTAMPTZ(3);

-- An author's scheduled posts, and what is due.
CREATE INDEX "scheduled_post_of_author_idx" ON "post"("author_id", "publish_at", "id") WHERE "status" = 'scheduled';
CREATE INDEX "scheduled_post_idx" ON "post"("publish_at", "id") WHERE "status" = 'scheduled';
