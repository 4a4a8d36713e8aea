-- AlterTable
ALTER TABLE "media" ADD COLUMN     "name" TEXT;
