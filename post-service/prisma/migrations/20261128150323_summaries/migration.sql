-- AlterTable
ALTER TABLE "post" ADD COLUMN     "summary" TEXT;

-- CreateTable
CREATE TABLE "summary_request" (
    "post_id" UUID NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "tries" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "summary_request_pkey" PRIMARY KEY ("post_id")
);

-- CreateIndex
CREATE INDEX "summary_request_due_at_idx" ON "summary_request"("due_at");

-- AddForeignKey
ALTER TABLE "summary_request" ADD CONSTRAINT "summary_request_post_id_fkey" FOREIGN KEY ("post_id") REFERENCES "post"("id") ON DELETE CASCADE ON UPDATE CASCADE;
