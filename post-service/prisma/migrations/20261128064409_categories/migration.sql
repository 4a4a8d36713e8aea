-- AlterTable
ALTER TABLE "post" ADD COLUMN     "category" TEXT;

-- CreateTable
CREATE TABLE "category" (
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "category_pkey" PRIMARY KEY ("slug")
);

-- A list of a category, and who may see its posts.
CREATE INDEX "post_of_category_idx" ON "post"("category", "published_at", "id", "author_id") WHERE "status" = 'published' AND "visibility" = 'public' AND "category" IS NOT NULL;

-- CreateIndex
CREATE INDEX "category_position_name_slug_idx" ON "category"("position", "name", "slug");
