-- CreateTable
CREATE TABLE "account" (
    "user_id" UUID NOT NULL,
    "deleted" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "account_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "webhook" (
    "id" UUID NOT NULL,
    "owner_id" UUID NOT NULL,
    "created_by_id" UUID,
    "url" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "types" TEXT[],
    "secret" TEXT NOT NULL,
    "previous_secret" TEXT,
    "previous_secret_until" TIMESTAMPTZ(3),
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "disabled_because" TEXT,
    "failing_since" TIMESTAMPTZ(3),
    "due_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "revision" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "webhook_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_queue" (
    "webhook_id" UUID NOT NULL,
    "subject" UUID NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "in_hand" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "webhook_queue_pkey" PRIMARY KEY ("webhook_id","subject")
);

-- CreateTable
CREATE TABLE "webhook_delivery" (
    "id" UUID NOT NULL,
    "webhook_id" UUID NOT NULL,
    "subject" UUID NOT NULL,
    "message_id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "status" INTEGER,
    "failure" TEXT,
    "duration_ms" INTEGER,
    "last_attempt_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "webhook_delivery_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "webhook_owner_id_id_idx" ON "webhook"("owner_id", "id");

-- CreateIndex
CREATE INDEX "webhook_created_by_id_idx" ON "webhook"("created_by_id");

-- CreateIndex
CREATE INDEX "webhook_due_at_idx" ON "webhook"("due_at");

-- CreateIndex
CREATE INDEX "webhook_queue_webhook_id_due_at_idx" ON "webhook_queue"("webhook_id", "due_at");

-- CreateIndex
CREATE INDEX "webhook_queue_due_at_idx" ON "webhook_queue"("due_at");

-- CreateIndex
CREATE INDEX "webhook_delivery_webhook_id_id_idx" ON "webhook_delivery"("webhook_id", "id");

-- CreateIndex
CREATE INDEX "webhook_delivery_created_at_idx" ON "webhook_delivery"("created_at");

-- What is to be sent next about a subject.
CREATE INDEX "webhook_delivery_waiting_idx" ON "webhook_delivery"("webhook_id", "subject", "id") WHERE state = 'waiting';
-- How many of a webhook are in hand.
CREATE INDEX "webhook_queue_in_hand_idx" ON "webhook_queue"("webhook_id", "due_at") WHERE in_hand;
