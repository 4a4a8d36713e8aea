-- AlterTable
ALTER TABLE "inbox" ADD COLUMN     "seen_until" TIMESTAMPTZ(3);
