-- Removing a group costs the same however many actors it has: they go in batches.
ALTER TABLE "notification_actor" DROP CONSTRAINT "notification_actor_notification_id_fkey";

-- DropIndex
DROP INDEX "notification_post_id_idx";

-- CreateIndex
CREATE INDEX "notification_post_id_id_idx" ON "notification"("post_id", "id");

-- DropIndex
DROP INDEX "notification_actor_actor_id_user_id_idx";

-- CreateIndex
CREATE INDEX "notification_actor_actor_id_user_id_notification_id_idx" ON "notification_actor"("actor_id", "user_id", "notification_id");

-- What Prisma's schema language cannot say: removal in batches reads what one user did in an order.
CREATE INDEX "notification_of_actor" ON "notification"("actor_id", "user_id", "id") WHERE "group_key" IS NULL;
DROP INDEX "notification_actor_of_one";
