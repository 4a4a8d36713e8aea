-- AlterTable
ALTER TABLE "refresh_token" ADD COLUMN     "recognisable" BOOLEAN NOT NULL DEFAULT false;

-- Used tokens go after their grace; Prisma's schema language has no partial indexes.
CREATE INDEX "refresh_token_used" ON "refresh_token"("used_at") WHERE "recognisable" AND "used_at" IS NOT NULL;
