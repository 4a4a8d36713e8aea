-- AlterTable
ALTER TABLE "post" ADD COLUMN     "tags" TEXT[];

-- CreateTable
CREATE TABLE "post_tag" (
    "post_id" UUID NOT NULL,
    "tag" TEXT NOT NULL,
    "author_id" UUID NOT NULL,
    "published_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "post_tag_pkey" PRIMARY KEY ("tag","published_at","post_id")
);

-- CreateTable
CREATE TABLE "tag_follow" (
    "user_id" UUID NOT NULL,
    "tag" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tag_follow_pkey" PRIMARY KEY ("user_id","tag")
);

-- CreateIndex
CREATE INDEX "post_tag_post_id_idx" ON "post_tag"("post_id");

-- AddForeignKey
ALTER TABLE "post_tag" ADD CONSTRAINT "post_tag_post_id_fkey" FOREIGN KEY ("post_id") REFERENCES "post"("id") ON DELETE CASCADE ON UPDATE CASCADE;

CREATE INDEX post_untagged ON post (id) WHERE tags IS NULL;
