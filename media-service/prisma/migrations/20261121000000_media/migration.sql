-- CreateTable
CREATE TABLE "media" (
    "id" UUID NOT NULL,
    "owner_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "url" TEXT,
    "thumbnail_path" TEXT,
    "thumbnail_url" TEXT,
    "width" INTEGER,
    "height" INTEGER,
    "blurhash" TEXT,
    "bytes" INTEGER NOT NULL,
    "content_type" TEXT NOT NULL,
    "post_id" UUID,
    "post_visibility" TEXT,
    "post_revision" INTEGER NOT NULL DEFAULT 0,
    "claimed_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "revision" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "media_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "media_removal" (
    "path" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "media_removal_pkey" PRIMARY KEY ("path")
);

-- CreateIndex
CREATE UNIQUE INDEX "media_path_key" ON "media"("path");

-- CreateIndex
CREATE INDEX "media_owner_id_created_at_id_idx" ON "media"("owner_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "media_post_id_idx" ON "media"("post_id");

-- CreateIndex
CREATE INDEX "media_removal_due_at_idx" ON "media_removal"("due_at");

-- What housekeeping looks through; Prisma's schema language has no partial indexes.
CREATE INDEX "media_unconfirmed_idx" ON "media"("created_at") WHERE "post_revision" = 0;
