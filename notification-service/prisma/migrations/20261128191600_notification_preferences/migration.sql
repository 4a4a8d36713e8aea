-- CreateTable
CREATE TABLE "notification_preferences" (
    "user_id" UUID NOT NULL,
    "choices" JSONB NOT NULL DEFAULT '{}',
    "mail_frequency" TEXT NOT NULL DEFAULT 'at_once',
    "quiet_hours" JSONB,
    "has_devices" BOOLEAN NOT NULL DEFAULT false,
    "revision" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "notification_preferences_pkey" PRIMARY KEY ("user_id")
);
