-- AlterTable
ALTER TABLE "account" ADD COLUMN     "awaits_approval" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "language" TEXT;

-- CreateTable
CREATE TABLE "invite" (
    "id" UUID NOT NULL,
    "code_hash" TEXT NOT NULL,
    "created_by" UUID,
    "note" TEXT NOT NULL,
    "max_uses" INTEGER NOT NULL,
    "uses" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "invite_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "invite_code_hash_key" ON "invite"("code_hash");

-- CreateIndex
CREATE INDEX "invite_created_at_id_idx" ON "invite"("created_at", "id");

-- CreateIndex
CREATE INDEX "invite_created_by_idx" ON "invite"("created_by");

-- CreateIndex
CREATE INDEX "invite_expires_at_idx" ON "invite"("expires_at");

-- AddForeignKey
ALTER TABLE "invite" ADD CONSTRAINT "invite_created_by_fkey" FOREIGN KEY ("created_by") REFERENCES "account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The accounts that wait for approval, in the order of their list. Prisma's schema language has no partial indexes.
CREATE INDEX "account_awaits_approval" ON "account"("created_at", "id") WHERE "awaits_approval";
