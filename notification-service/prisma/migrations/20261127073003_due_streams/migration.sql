-- AlterTable
ALTER TABLE "stream" ADD COLUMN     "due_at" TIMESTAMPTZ(3) DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "due_beyond" BIGINT NOT NULL DEFAULT 0;

-- What Prisma's schema language cannot say: streams are due until the trimming has looked at them, the longest first. All that
-- are there already are due once.
CREATE INDEX "stream_due" ON "stream"("due_at") WHERE "due_at" IS NOT NULL;
