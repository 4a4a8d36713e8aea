-- AlterTable
ALTER TABLE "seen_aggregate" ADD COLUMN     "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- CreateIndex
CREATE INDEX "seen_aggregate_changed_at_idx" ON "seen_aggregate"("changed_at");

-- CreateIndex
CREATE INDEX "access_change_created_at_idx" ON "access_change"("created_at");
