-- Streams that were closed some months ago go. Prisma's schema language has no partial indexes.
CREATE INDEX "stream_closed" ON "stream"("closed_at") WHERE "closed_at" IS NOT NULL;
