-- AlterTable
ALTER TABLE "account" ADD COLUMN     "email_is_login" BOOLEAN NOT NULL DEFAULT true;

-- CreateTable
CREATE TABLE "mail" (
    "id" UUID NOT NULL,
    "account_id" UUID,
    "kind" TEXT NOT NULL,
    "recipient" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "mail_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "mail_link" (
    "hash" TEXT NOT NULL,
    "account_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "mail_link_pkey" PRIMARY KEY ("hash")
);

-- CreateIndex
CREATE INDEX "mail_account_id_idx" ON "mail"("account_id");

-- CreateIndex
CREATE INDEX "mail_expires_at_idx" ON "mail"("expires_at");

-- CreateIndex
CREATE INDEX "mail_link_account_id_idx" ON "mail_link"("account_id");

-- CreateIndex
CREATE INDEX "mail_link_expires_at_idx" ON "mail_link"("expires_at");

-- AddForeignKey
ALTER TABLE "mail" ADD CONSTRAINT "mail_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "mail_link" ADD CONSTRAINT "mail_link_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Only an address that signs in is of one account alone; the second index finds all that have an address. Prisma's schema
-- language has no indexes on expressions, and no partial ones.
DROP INDEX "account_email_key";
CREATE UNIQUE INDEX "account_email_key" ON "account"(lower("email")) WHERE "email_is_login";
CREATE INDEX "account_email" ON "account"(lower("email"), "id");
