-- AlterTable
ALTER TABLE "post" ADD COLUMN     "card_url" TEXT;

-- CreateTable
CREATE TABLE "link_card" (
    "url" TEXT NOT NULL,
    "title" TEXT,
    "description" TEXT NOT NULL DEFAULT '',
    "site_name" TEXT NOT NULL DEFAULT '',
    "due_at" TIMESTAMPTZ(3),
    "read_at" TIMESTAMPTZ(3),
    "used_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "link_card_pkey" PRIMARY KEY ("url")
);

-- CreateIndex
CREATE INDEX "link_card_due_at_idx" ON "link_card"("due_at");

-- CreateIndex
CREATE INDEX "link_card_used_at_idx" ON "link_card"("used_at");

-- Published posts with a card, the newest first.
CREATE INDEX "post_card_url_idx" ON "post" ("card_url", "id") WHERE "card_url" IS NOT NULL AND "status" = 'published';
