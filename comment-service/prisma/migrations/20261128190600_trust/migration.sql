-- What authors are trusted by: what of theirs moderators approved, and that they hide nothing of it.
CREATE INDEX "comment_approved_of_author" ON "comment"("author_id") WHERE "held" IS NULL AND "moderation" IS NOT NULL AND "moderation" ->> 'reason' IS NULL;
CREATE INDEX "comment_hidden_of_author" ON "comment"("author_id") WHERE "held" = 'hidden';
