-- CreateTable
CREATE TABLE "classifier_question" (
    "target_type" TEXT NOT NULL,
    "target_id" UUID NOT NULL,
    "author_id" UUID NOT NULL,
    "post_id" UUID,
    "content" TEXT NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "tries" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "classifier_question_pkey" PRIMARY KEY ("target_type","target_id")
);

-- CreateIndex
CREATE INDEX "classifier_question_due_at_idx" ON "classifier_question"("due_at");
