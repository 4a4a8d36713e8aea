-- AlterTable
ALTER TABLE "comment" ADD COLUMN     "held" TEXT,
ADD COLUMN     "moderation" JSONB;
