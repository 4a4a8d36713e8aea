-- CreateTable
CREATE TABLE "pinned_post" (
    "user_id" UUID NOT NULL,
    "post_id" UUID NOT NULL,
    "pinned_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "pinned_post_pkey" PRIMARY KEY ("user_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "pinned_post_post_id_key" ON "pinned_post"("post_id");

-- AddForeignKey
ALTER TABLE "pinned_post" ADD CONSTRAINT "pinned_post_post_id_fkey" FOREIGN KEY ("post_id") REFERENCES "post"("id") ON DELETE CASCADE ON UPDATE CASCADE;
