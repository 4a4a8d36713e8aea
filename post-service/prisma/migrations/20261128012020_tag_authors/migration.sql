-- AlterTable
ALTER TABLE "post_tag" DROP CONSTRAINT "post_tag_pkey",
ADD CONSTRAINT "post_tag_pkey" PRIMARY KEY ("tag", "published_at", "post_id", "author_id");
