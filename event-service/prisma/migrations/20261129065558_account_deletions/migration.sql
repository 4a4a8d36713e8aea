-- CreateTable
CREATE TABLE "account_deletion" (
    "id" UUID NOT NULL,
    "waits_for" TEXT[],
    "reports" JSONB NOT NULL DEFAULT '{}',
    "begun_at" TIMESTAMPTZ(3) NOT NULL,
    "completed_at" TIMESTAMPTZ(3),
    "alerted_at" TIMESTAMPTZ(3),

    CONSTRAINT "account_deletion_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "account_deletion_begun_at_id_idx" ON "account_deletion"("begun_at", "id");

-- Those that have not come to their end, which are few.
CREATE INDEX account_deletion_running ON account_deletion (begun_at, id) WHERE completed_at IS NULL AND waits_for IS NOT NULL;
