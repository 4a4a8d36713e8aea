-- CreateTable
CREATE TABLE "preferences" (
    "user_id" UUID NOT NULL,
    "theme" TEXT NOT NULL,
    "language" TEXT,
    "time_zone" TEXT,
    "who_may_mention" TEXT NOT NULL,
    "who_may_comment" TEXT NOT NULL,
    "filtered_words" TEXT[],
    "revision" INTEGER NOT NULL,

    CONSTRAINT "preferences_pkey" PRIMARY KEY ("user_id")
);
