-- AlterTable
ALTER TABLE "post_summary" ADD COLUMN     "content_warning" TEXT;
