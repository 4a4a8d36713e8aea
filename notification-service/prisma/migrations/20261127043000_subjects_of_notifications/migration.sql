-- AlterTable
ALTER TABLE "notification" ADD COLUMN     "comment_content" TEXT,
ADD COLUMN     "followers_of" UUID;

-- CreateTable
CREATE TABLE "post_summary" (
    "id" UUID NOT NULL,
    "author_id" UUID NOT NULL,
    "visibility" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "title" TEXT,
    "content" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,

    CONSTRAINT "post_summary_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "withdrawal" (
    "user_id" UUID NOT NULL,
    "actor_id" UUID NOT NULL,
    "subject" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "withdrawal_pkey" PRIMARY KEY ("user_id","actor_id","subject")
);

-- CreateIndex
CREATE INDEX "withdrawal_at_idx" ON "withdrawal"("at");
