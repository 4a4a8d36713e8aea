-- CreateTable
CREATE TABLE "bell" (
    "user_id" UUID NOT NULL,
    "author_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "bell_pkey" PRIMARY KEY ("author_id","user_id")
);

-- CreateIndex
CREATE INDEX "bell_user_id_author_id_idx" ON "bell"("user_id", "author_id");
