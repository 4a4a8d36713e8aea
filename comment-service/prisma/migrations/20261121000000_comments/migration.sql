-- CreateTable
CREATE TABLE "comment" (
    "id" UUID NOT NULL,
    "post_id" UUID NOT NULL,
    "post_author_id" UUID NOT NULL,
    "parent_comment_id" UUID,
    "parent_author_id" UUID,
    "author_id" UUID,
    "content" TEXT NOT NULL,
    "deleted_at" TIMESTAMPTZ(3),
    "like_count" INTEGER NOT NULL DEFAULT 0,
    "reply_count" INTEGER NOT NULL DEFAULT 0,
    "client_mutation_id" TEXT,
    "mentioned_user_ids" UUID[] DEFAULT ARRAY[]::UUID[],
    "visibility" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "revision" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "comment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "comment_like" (
    "id" UUID NOT NULL,
    "comment_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "active" BOOLEAN NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "comment_like_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "commented_post" (
    "post_id" UUID NOT NULL,
    "deleted" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "commented_post_pkey" PRIMARY KEY ("post_id")
);

-- CreateIndex
CREATE INDEX "comment_author_id_id_idx" ON "comment"("author_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "comment_author_id_client_mutation_id_key" ON "comment"("author_id", "client_mutation_id");

-- CreateIndex
CREATE INDEX "comment_like_user_id_id_idx" ON "comment_like"("user_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "comment_like_comment_id_user_id_key" ON "comment_like"("comment_id", "user_id");

-- AddForeignKey
ALTER TABLE "comment" ADD CONSTRAINT "comment_parent_comment_id_fkey" FOREIGN KEY ("parent_comment_id") REFERENCES "comment"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "comment_like" ADD CONSTRAINT "comment_like_comment_id_fkey" FOREIGN KEY ("comment_id") REFERENCES "comment"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Lists are read by these, from either end; Prisma's schema language has no partial indexes.
CREATE INDEX "comment_top_level" ON "comment"("post_id", "created_at", "id") WHERE "parent_comment_id" IS NULL;
CREATE INDEX "comment_replies" ON "comment"("parent_comment_id", "created_at", "id") WHERE "parent_comment_id" IS NOT NULL;
