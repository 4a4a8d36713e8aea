-- AlterTable
ALTER TABLE "account" ADD COLUMN     "mail_address" TEXT,
ADD COLUMN     "mail_refusal" TEXT,
ADD COLUMN     "mail_refused_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "mail" (
    "id" UUID NOT NULL,
    "owner_id" UUID NOT NULL,
    "digest" BOOLEAN NOT NULL,
    "items" INTEGER NOT NULL DEFAULT 0,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "in_hand" BOOLEAN NOT NULL DEFAULT false,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "mail_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "mail_item" (
    "notification_id" UUID NOT NULL,
    "owner_id" UUID NOT NULL,
    "mail_id" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "type" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "notified_at" TIMESTAMPTZ(3) NOT NULL,
    "news_at" TIMESTAMPTZ(3) NOT NULL,
    "outcome" TEXT,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "mail_item_pkey" PRIMARY KEY ("notification_id")
);

-- CreateIndex
CREATE INDEX "mail_owner_id_id_idx" ON "mail"("owner_id", "id");

-- CreateIndex
CREATE INDEX "mail_due_at_idx" ON "mail"("due_at");

-- CreateIndex
CREATE INDEX "mail_created_at_idx" ON "mail"("created_at");

-- CreateIndex
CREATE INDEX "mail_item_mail_id_notification_id_idx" ON "mail_item"("mail_id", "notification_id");

-- CreateIndex
CREATE INDEX "mail_item_owner_id_notification_id_idx" ON "mail_item"("owner_id", "notification_id");

-- CreateIndex
CREATE INDEX "mail_item_news_at_idx" ON "mail_item"("news_at");

-- CreateIndex
CREATE INDEX "account_mail_address_idx" ON "account"("mail_address");

-- One that was not begun.
CREATE UNIQUE INDEX "mail_digest_key" ON "mail"("owner_id") WHERE "digest" AND "attempts" = 0;
