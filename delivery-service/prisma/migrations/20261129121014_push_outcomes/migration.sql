-- AlterTable
ALTER TABLE "push" ADD COLUMN     "collapsed" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "quiet_hours" JSONB;

-- CreateTable
CREATE TABLE "push_outcome" (
    "notification_id" UUID NOT NULL,
    "owner_id" UUID NOT NULL,
    "news_at" TIMESTAMPTZ(3) NOT NULL,
    "outcome" TEXT NOT NULL,
    "ended_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "push_outcome_pkey" PRIMARY KEY ("notification_id")
);

-- CreateIndex
CREATE INDEX "push_outcome_owner_id_notification_id_idx" ON "push_outcome"("owner_id", "notification_id");

-- CreateIndex
CREATE INDEX "push_outcome_news_at_idx" ON "push_outcome"("news_at");
