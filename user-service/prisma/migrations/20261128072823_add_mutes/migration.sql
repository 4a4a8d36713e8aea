-- CreateTable
CREATE TABLE "mute" (
    "id" UUID NOT NULL,
    "muter_id" UUID NOT NULL,
    "muted_id" UUID NOT NULL,
    "active" BOOLEAN NOT NULL,
    "until" TIMESTAMPTZ(3),
    "revision" INTEGER NOT NULL DEFAULT 1,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "mute_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "mute_muter_id_muted_id_key" ON "mute"("muter_id", "muted_id");

-- CreateIndex
CREATE INDEX "mute_until_idx" ON "mute"("until");

-- What Prisma's schema language cannot say: mutes as lists and deletions read them.
CREATE INDEX "mute_muter_changed" ON "mute"("muter_id", "changed_at", "id") WHERE "active";
CREATE INDEX "mute_muted_changed" ON "mute"("muted_id", "changed_at", "id") WHERE "active";
