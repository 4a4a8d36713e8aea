-- AlterTable
ALTER TABLE "post" ADD COLUMN     "narrowed" BOOLEAN NOT NULL DEFAULT false;
