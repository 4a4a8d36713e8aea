-- AlterTable
ALTER TABLE "media" ADD COLUMN     "held" TEXT,
ADD COLUMN     "moderation" JSONB;
