-- CreateTable
CREATE TABLE "post_mute" (
    "user_id" UUID NOT NULL,
    "post_id" UUID NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "post_mute_pkey" PRIMARY KEY ("user_id","post_id")
);

-- CreateIndex
CREATE INDEX "post_mute_post_id_user_id_idx" ON "post_mute"("post_id", "user_id");

-- CreateIndex
CREATE INDEX "post_mute_until_idx" ON "post_mute"("until");
