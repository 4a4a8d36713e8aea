-- AlterTable
ALTER TABLE "notification" ADD COLUMN     "outcome" TEXT;
