-- AlterTable
ALTER TABLE "post" ADD COLUMN     "content_warning" TEXT,
ADD COLUMN     "sensitive" BOOLEAN NOT NULL DEFAULT false;
