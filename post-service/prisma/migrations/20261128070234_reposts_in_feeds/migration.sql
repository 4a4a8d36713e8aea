-- AlterTable
ALTER TABLE "feed_item" ADD COLUMN     "reposter_id" UUID;

-- The reposts of a user in the feeds of others.
CREATE INDEX "feed_item_reposts_idx" ON "feed_item"("reposter_id", "post_id") WHERE "reposter_id" IS NOT NULL;
