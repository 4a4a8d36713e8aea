-- CreateTable
CREATE TABLE "direct_upload" (
    "id" UUID NOT NULL,
    "owner_id" UUID NOT NULL,
    "bytes" INTEGER NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "checking_until" TIMESTAMPTZ(3),

    CONSTRAINT "direct_upload_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "direct_upload_owner_id_expires_at_idx" ON "direct_upload"("owner_id", "expires_at");

-- CreateIndex
CREATE INDEX "direct_upload_expires_at_idx" ON "direct_upload"("expires_at");
