-- CreateTable
CREATE TABLE "post_bookmark" (
    "user_id" UUID NOT NULL,
    "post_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "post_bookmark_pkey" PRIMARY KEY ("user_id","post_id")
);

-- CreateIndex
CREATE INDEX "post_bookmark_user_id_created_at_post_id_idx" ON "post_bookmark"("user_id", "created_at", "post_id");

-- CreateIndex
CREATE INDEX "post_bookmark_post_id_user_id_idx" ON "post_bookmark"("post_id", "user_id");

-- What a user likes, as a list.
CREATE INDEX "post_like_list_of_user_idx" ON "post_like"("user_id", "changed_at", "post_id") WHERE "active";
