-- AlterTable
ALTER TABLE "media" ADD COLUMN     "small_path" TEXT;
