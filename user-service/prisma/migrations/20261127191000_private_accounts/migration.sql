-- AlterTable
ALTER TABLE "preferences" ADD COLUMN     "private_account" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "follow_request" (
    "id" UUID NOT NULL,
    "follower_id" UUID NOT NULL,
    "followee_id" UUID NOT NULL,
    "active" BOOLEAN NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "follow_request_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "follow_request_follower_id_followee_id_key" ON "follow_request"("follower_id", "followee_id");

-- What Prisma's schema language cannot say: requests in the order of their lists, and those that have ended.
CREATE INDEX "follow_request_followee_id_idx" ON "follow_request"("followee_id", "changed_at", "id") WHERE "active";
CREATE INDEX "follow_request_follower_id_idx" ON "follow_request"("follower_id", "changed_at", "id") WHERE "active";
CREATE INDEX "follow_request_ended" ON "follow_request"("changed_at") WHERE NOT "active";
