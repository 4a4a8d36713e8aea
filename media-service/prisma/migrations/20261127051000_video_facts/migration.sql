-- AlterTable
ALTER TABLE "media" ADD COLUMN "duration" DOUBLE PRECISION;

-- CreateTable
CREATE TABLE "media_usage" (
    "owner_id" UUID NOT NULL,
    "bytes" BIGINT NOT NULL,

    CONSTRAINT "media_usage_pkey" PRIMARY KEY ("owner_id")
);

INSERT INTO "media_usage" ("owner_id", "bytes") SELECT "owner_id", sum("bytes") FROM "media" GROUP BY "owner_id";
