-- What exports read.
CREATE INDEX "post_author_id_id_idx" ON "post"("author_id", "id");

-- What Prisma's schema language cannot say: an author's posts as those see them who do not follow.
CREATE INDEX "post_public_of_author" ON "post"("author_id", "published_at", "id") WHERE "status" = 'published' AND "visibility" = 'public';
