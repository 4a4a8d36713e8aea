-- AlterTable
ALTER TABLE "account" ADD COLUMN     "preferences_revision" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "preferred_language" TEXT;
