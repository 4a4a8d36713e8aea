-- AlterTable
ALTER TABLE "external_login" ADD COLUMN     "full_name" TEXT;
