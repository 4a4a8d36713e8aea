-- What lists by likes are read from, by post or by the comment answered.
CREATE INDEX "comment_top_level_by_likes" ON "comment"("post_id", "like_count", "id") WHERE "parent_comment_id" IS NULL;
CREATE INDEX "comment_replies_by_likes" ON "comment"("parent_comment_id", "like_count", "id") WHERE "parent_comment_id" IS NOT NULL;
