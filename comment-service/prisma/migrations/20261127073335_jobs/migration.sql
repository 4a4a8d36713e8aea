-- Deleting a comment costs the same however liked it was: its likes go in batches.
ALTER TABLE "comment_like" DROP CONSTRAINT "comment_like_comment_id_fkey";
