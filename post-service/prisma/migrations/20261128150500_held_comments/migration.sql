-- AlterTable
ALTER TABLE "counted_comment" ADD COLUMN     "held" BOOLEAN NOT NULL DEFAULT false;
