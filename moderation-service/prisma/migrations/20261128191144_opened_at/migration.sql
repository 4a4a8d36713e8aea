-- AlterTable
ALTER TABLE "moderation_case" ADD COLUMN     "opened_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- CreateIndex
CREATE INDEX "moderation_case_decided_at_idx" ON "moderation_case"("decided_at");

-- What is known of those that were there before.
UPDATE "moderation_case" SET "opened_at" = "created_at";
