-- AlterTable
ALTER TABLE "post" ADD COLUMN     "moderation" JSONB;
