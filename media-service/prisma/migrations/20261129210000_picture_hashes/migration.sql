-- AlterTable
ALTER TABLE "media" ADD COLUMN     "picture_hash" TEXT;
