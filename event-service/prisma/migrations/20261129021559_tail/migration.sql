-- AlterTable
ALTER TABLE "event" ALTER COLUMN "stored_at" SET DEFAULT clock_timestamp();

-- CreateIndex
CREATE INDEX "event_stored_at_id_idx" ON "event"("stored_at", "id");
