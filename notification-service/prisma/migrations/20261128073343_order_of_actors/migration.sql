-- AlterTable
ALTER TABLE "notification_actor" ALTER COLUMN "added_at" SET DATA TYPE TIMESTAMPTZ(6);
