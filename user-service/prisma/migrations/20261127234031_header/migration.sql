-- AlterTable
ALTER TABLE "profile" ADD COLUMN     "header_url" TEXT;
