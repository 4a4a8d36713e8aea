-- AlterTable
ALTER TABLE "account" ADD COLUMN     "devices_revision" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "has_devices" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "read_until" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "device" (
    "id" UUID NOT NULL,
    "owner_id" UUID NOT NULL,
    "session_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "device_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "push" (
    "id" UUID NOT NULL,
    "owner_id" UUID NOT NULL,
    "device_id" UUID NOT NULL,
    "notification_id" UUID NOT NULL,
    "closing" BOOLEAN NOT NULL DEFAULT false,
    "revision" INTEGER NOT NULL,
    "body" TEXT NOT NULL,
    "collapse_key" TEXT NOT NULL,
    "urgency" TEXT NOT NULL,
    "notified_at" TIMESTAMPTZ(3) NOT NULL,
    "news_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "in_hand" BOOLEAN NOT NULL DEFAULT false,
    "due_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "push_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "acknowledgement" (
    "user_id" UUID NOT NULL,
    "notification_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "acknowledgement_pkey" PRIMARY KEY ("user_id","notification_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "device_address_key" ON "device"("address");

-- CreateIndex
CREATE INDEX "device_owner_id_id_idx" ON "device"("owner_id", "id");

-- CreateIndex
CREATE INDEX "device_session_id_idx" ON "device"("session_id");

-- CreateIndex
CREATE INDEX "push_owner_id_id_idx" ON "push"("owner_id", "id");

-- CreateIndex
CREATE INDEX "push_due_at_idx" ON "push"("due_at");

-- CreateIndex
CREATE INDEX "push_expires_at_idx" ON "push"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "push_notification_id_device_id_closing_key" ON "push"("notification_id", "device_id", "closing");

-- CreateIndex
CREATE INDEX "acknowledgement_at_idx" ON "acknowledgement"("at");

-- What is shown on a device.
CREATE INDEX "push_shown_idx" ON "push"("device_id", "notified_at") WHERE due_at IS NULL AND NOT closing;
