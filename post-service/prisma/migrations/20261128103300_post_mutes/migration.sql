-- CreateTable
CREATE TABLE "post_mute" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "post_id" UUID NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,
    "muted_at" TIMESTAMPTZ(3) NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "post_mute_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "post_mute_user_id_muted_at_post_id_idx" ON "post_mute"("user_id", "muted_at", "post_id");

-- CreateIndex
CREATE INDEX "post_mute_post_id_user_id_idx" ON "post_mute"("post_id", "user_id");

-- CreateIndex
CREATE INDEX "post_mute_until_idx" ON "post_mute"("until");

-- CreateIndex
CREATE UNIQUE INDEX "post_mute_user_id_post_id_key" ON "post_mute"("user_id", "post_id");
