-- What authors are trusted by: what of theirs moderators approved, and that they hide nothing of it.
CREATE INDEX "post_approved_of_author" ON "post"("author_id") WHERE "status" = 'published' AND "moderation" IS NOT NULL AND "moderation" ->> 'reason' IS NULL;
CREATE INDEX "post_hidden_of_author" ON "post"("author_id") WHERE "status" = 'hidden';
