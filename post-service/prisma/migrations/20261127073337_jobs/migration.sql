-- Removal in batches reads what belongs to a post or author in an order.
-- DropIndex
DROP INDEX "feed_item_post_id_idx";

-- DropIndex
DROP INDEX "materialised_feed_author_author_id_idx";

-- DropIndex
DROP INDEX "counted_comment_post_id_idx";

-- CreateIndex
CREATE INDEX "feed_item_post_id_user_id_idx" ON "feed_item"("post_id", "user_id");

-- CreateIndex
CREATE INDEX "materialised_feed_author_author_id_user_id_idx" ON "materialised_feed_author"("author_id", "user_id");

-- CreateIndex
CREATE INDEX "counted_comment_post_id_comment_id_idx" ON "counted_comment"("post_id", "comment_id");
