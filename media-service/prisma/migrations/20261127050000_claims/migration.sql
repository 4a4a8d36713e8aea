-- A claim is a row of its own, so that an upload can be kept by a post and a profile.
CREATE TABLE "media_claim" (
    "media_id" UUID NOT NULL,
    "subject_kind" TEXT NOT NULL,
    "subject_id" UUID NOT NULL,
    "visibility" TEXT NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 0,
    "confirmed" BOOLEAN NOT NULL DEFAULT false,
    "released" BOOLEAN NOT NULL DEFAULT false,
    "claimed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "media_claim_pkey" PRIMARY KEY ("subject_kind","subject_id","media_id")
);

-- AlterTable
ALTER TABLE "media" ADD COLUMN "expires_at" TIMESTAMPTZ(3);

INSERT INTO "media_claim" ("media_id", "subject_kind", "subject_id", "visibility", "revision", "confirmed", "claimed_at")
SELECT "id", 'post', "post_id", coalesce("post_visibility", 'draft'), "post_revision", "post_revision" > 0, coalesce("claimed_at", "created_at")
FROM "media" WHERE "post_id" IS NOT NULL;

UPDATE "media" SET "expires_at" = coalesce("claimed_at", "created_at") + interval '24 hours' WHERE "post_revision" = 0;

-- DropIndex
DROP INDEX "media_post_id_idx";
DROP INDEX "media_unconfirmed_idx";

-- AlterTable
ALTER TABLE "media" DROP COLUMN "claimed_at",
DROP COLUMN "post_id",
DROP COLUMN "post_revision",
DROP COLUMN "post_visibility";

-- CreateIndex
CREATE INDEX "media_claim_media_id_idx" ON "media_claim"("media_id");

-- AddForeignKey
ALTER TABLE "media_claim" ADD CONSTRAINT "media_claim_media_id_fkey" FOREIGN KEY ("media_id") REFERENCES "media"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What Prisma's schema language cannot say: an upload belongs to one post, and what housekeeping looks through.
CREATE UNIQUE INDEX "media_claim_post_key" ON "media_claim"("media_id") WHERE "subject_kind" = 'post';
CREATE INDEX "media_claim_unconfirmed_idx" ON "media_claim"("claimed_at") WHERE NOT "confirmed";
CREATE INDEX "media_expires_at_idx" ON "media"("expires_at") WHERE "expires_at" IS NOT NULL;
