-- AlterTable
ALTER TABLE "notification" ADD COLUMN     "category" TEXT,
ADD COLUMN     "unread_at" TIMESTAMPTZ(3);

-- CreateIndex
CREATE INDEX "notification_user_id_category_created_at_id_idx" ON "notification"("user_id", "category", "created_at", "id");

UPDATE "notification" SET "category" = CASE
  WHEN "type" = 'mention' THEN 'mentions'
  WHEN "type" IN ('new_comment', 'comment_reply') THEN 'comments'
  WHEN "type" IN ('post_liked', 'like_created') THEN 'likes'
  WHEN "type" IN ('new_follower', 'follow_request', 'follow_approved') THEN 'follows'
END;

-- What Prisma's schema language cannot say: the unread ones in the order of the list, those that were marked as unread again, and
-- what may be unread of a post.
DROP INDEX "notification_unread";
CREATE INDEX "notification_unread" ON "notification"("user_id", "created_at", "id") WHERE "read_at" IS NULL OR "unread_at" IS NOT NULL;
CREATE INDEX "notification_unread_again" ON "notification"("user_id", "created_at") WHERE "unread_at" IS NOT NULL;
CREATE INDEX "notification_unread_about" ON "notification"("user_id", "post_id", "id") WHERE "read_at" IS NULL OR "unread_at" IS NOT NULL;
