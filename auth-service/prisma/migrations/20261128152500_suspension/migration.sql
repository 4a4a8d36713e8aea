-- AlterTable
ALTER TABLE "account" ADD COLUMN     "suspended" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "suspended_until" TIMESTAMPTZ(3),
ADD COLUMN     "suspension_reason" TEXT,
ADD COLUMN     "suspension_revision" INTEGER NOT NULL DEFAULT 0;
