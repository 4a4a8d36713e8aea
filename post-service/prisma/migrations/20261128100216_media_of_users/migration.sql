-- What Prisma's schema language cannot say: an author's posts with uploads, as followers see them, and as others do.
CREATE INDEX "post_media_of_author" ON "post"("author_id", "published_at", "id") WHERE "status" = 'published' AND "attachments" <> '[]'::jsonb;
CREATE INDEX "post_public_media_of_author" ON "post"("author_id", "published_at", "id")
  WHERE "status" = 'published' AND "visibility" = 'public' AND "attachments" <> '[]'::jsonb;
