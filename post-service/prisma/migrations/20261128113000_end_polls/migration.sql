-- AlterTable
ALTER TABLE "post" ADD COLUMN     "poll_ended" BOOLEAN NOT NULL DEFAULT false;

-- Polls whose end is to be noted.
CREATE INDEX "post_poll_end_idx" ON "post"("poll_ends_at", "id") WHERE "poll_ends_at" IS NOT NULL AND NOT "poll_ended";
