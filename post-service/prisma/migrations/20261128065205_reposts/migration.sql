-- AlterTable
ALTER TABLE "post" ADD COLUMN     "repost_count" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "post_repost" (
    "id" UUID NOT NULL,
    "post_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "active" BOOLEAN NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "post_repost_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "post_repost_user_id_id_idx" ON "post_repost"("user_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "post_repost_post_id_user_id_key" ON "post_repost"("post_id", "user_id");

-- What a user has reposted, and who has reposted or likes a post, as lists.
CREATE INDEX "post_repost_list_of_user_idx" ON "post_repost"("user_id", "changed_at", "post_id") WHERE "active";
CREATE INDEX "post_repost_list_of_post_idx" ON "post_repost"("post_id", "changed_at", "user_id") WHERE "active";
CREATE INDEX "post_repost_ended" ON "post_repost"("changed_at") WHERE NOT "active";
CREATE INDEX "post_like_list_of_post_idx" ON "post_like"("post_id", "changed_at", "user_id") WHERE "active";
