-- AlterTable
ALTER TABLE "post" ADD COLUMN     "poll_ends_at" TIMESTAMPTZ(3),
ADD COLUMN     "poll_options" TEXT[],
ADD COLUMN     "poll_seconds" INTEGER,
ADD COLUMN     "poll_votes" INTEGER[];

-- CreateTable
CREATE TABLE "poll_vote" (
    "post_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "option" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "poll_vote_pkey" PRIMARY KEY ("post_id","user_id")
);

-- CreateIndex
CREATE INDEX "poll_vote_user_id_post_id_idx" ON "poll_vote"("user_id", "post_id");
