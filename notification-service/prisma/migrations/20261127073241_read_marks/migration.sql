-- DropIndex
DROP INDEX "notification_actor_actor_id_idx";

-- AlterTable
ALTER TABLE "inbox" ADD COLUMN     "read_until" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "notification_actor" ADD COLUMN     "user_id" UUID;

UPDATE "notification_actor" a SET "user_id" = n."user_id" FROM "notification" n WHERE n."id" = a."notification_id";

-- CreateIndex
CREATE INDEX "notification_actor_actor_id_user_id_idx" ON "notification_actor"("actor_id", "user_id");

-- CreateIndex
CREATE INDEX "notification_actor_notification_id_added_at_actor_id_idx" ON "notification_actor"("notification_id", "added_at", "actor_id");

-- What Prisma's schema language cannot say: the newest unread ones, a user's groups of a key, and what one user did to another.
DROP INDEX "notification_unread";
CREATE INDEX "notification_unread" ON "notification"("user_id", "created_at") WHERE "read_at" IS NULL;
CREATE INDEX "notification_group" ON "notification"("user_id", "group_key") WHERE "group_key" IS NOT NULL;
DROP INDEX "notification_actor_of_one";
CREATE INDEX "notification_actor_of_one" ON "notification"("actor_id", "user_id") WHERE "group_key" IS NULL;
