-- With the author, so that the public feed passes over those who are not seen without looking at their posts.
DROP INDEX "post_public";
CREATE INDEX "post_public" ON "post"("published_at", "id") INCLUDE ("author_id") WHERE "status" = 'published' AND "visibility" = 'public';
