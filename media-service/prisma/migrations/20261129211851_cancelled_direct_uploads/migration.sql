-- AlterTable
ALTER TABLE "direct_upload" ADD COLUMN     "cancelled" BOOLEAN NOT NULL DEFAULT false;
