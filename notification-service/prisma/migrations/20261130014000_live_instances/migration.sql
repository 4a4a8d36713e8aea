-- CreateTable
CREATE TABLE "live_instance" (
    "name" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "sockets" INTEGER NOT NULL,
    "event_streams" INTEGER NOT NULL,
    "users" INTEGER NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "live_instance_pkey" PRIMARY KEY ("name")
);
