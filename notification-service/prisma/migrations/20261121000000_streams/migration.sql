-- CreateTable
CREATE TABLE "stream" (
    "id" TEXT NOT NULL,
    "top" BIGINT NOT NULL DEFAULT 0,
    "floor" BIGINT NOT NULL DEFAULT 0,
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "stream_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "stream_entry" (
    "stream" TEXT NOT NULL,
    "offset" BIGINT NOT NULL,
    "aggregate_type" TEXT NOT NULL,
    "aggregate_id" UUID NOT NULL,
    "actor_id" UUID,
    "type" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "data" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "stream_entry_pkey" PRIMARY KEY ("stream","offset")
);

-- CreateTable
CREATE TABLE "log_epoch" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "value" TEXT NOT NULL,

    CONSTRAINT "log_epoch_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notification" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "group_key" TEXT,
    "actor_id" UUID,
    "count" INTEGER NOT NULL DEFAULT 1,
    "post_id" UUID,
    "comment_id" UUID,
    "read_at" TIMESTAMPTZ(3),
    "revision" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "notification_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notification_actor" (
    "notification_id" UUID NOT NULL,
    "actor_id" UUID NOT NULL,
    "added_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "notification_actor_pkey" PRIMARY KEY ("notification_id","actor_id")
);

-- CreateTable
CREATE TABLE "seen_aggregate" (
    "type" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "deleted" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "seen_aggregate_pkey" PRIMARY KEY ("type","id")
);

-- CreateTable
CREATE TABLE "access_change" (
    "id" BIGSERIAL NOT NULL,
    "change" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "access_change_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "stream_entry_stream_aggregate_id_idx" ON "stream_entry"("stream", "aggregate_id");

-- CreateIndex
CREATE INDEX "stream_entry_created_at_idx" ON "stream_entry"("created_at");

-- CreateIndex
CREATE INDEX "notification_user_id_created_at_id_idx" ON "notification"("user_id", "created_at", "id");

-- CreateIndex
CREATE INDEX "notification_post_id_idx" ON "notification"("post_id");

-- CreateIndex
CREATE INDEX "notification_comment_id_idx" ON "notification"("comment_id");

-- CreateIndex
CREATE INDEX "notification_actor_actor_id_idx" ON "notification_actor"("actor_id");

-- AddForeignKey
ALTER TABLE "notification_actor" ADD CONSTRAINT "notification_actor_notification_id_fkey" FOREIGN KEY ("notification_id") REFERENCES "notification"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Unread notifications of one group are one row.
CREATE UNIQUE INDEX "notification_unread_group" ON "notification"("user_id", "group_key") WHERE "read_at" IS NULL AND "group_key" IS NOT NULL;
CREATE INDEX "notification_unread" ON "notification"("user_id") WHERE "read_at" IS NULL;

INSERT INTO "log_epoch" ("id", "value") VALUES (1, gen_random_uuid()::text);
