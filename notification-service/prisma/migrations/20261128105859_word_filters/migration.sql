-- CreateTable
CREATE TABLE "word_filter" (
    "user_id" UUID NOT NULL,
    "words" JSONB NOT NULL,

    CONSTRAINT "word_filter_pkey" PRIMARY KEY ("user_id")
);
