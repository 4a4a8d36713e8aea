-- CreateTable
CREATE TABLE "notification_comment" (
    "comment_id" UUID NOT NULL,
    "notification_id" UUID NOT NULL,
    "actor_id" UUID NOT NULL,
    "content" TEXT,

    CONSTRAINT "notification_comment_pkey" PRIMARY KEY ("comment_id")
);

-- CreateIndex
CREATE INDEX "notification_comment_notification_id_actor_id_comment_id_idx" ON "notification_comment"("notification_id", "actor_id", "comment_id");
