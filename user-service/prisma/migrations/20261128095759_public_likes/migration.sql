-- AlterTable
ALTER TABLE "preferences" ADD COLUMN     "public_likes" BOOLEAN NOT NULL DEFAULT false;
