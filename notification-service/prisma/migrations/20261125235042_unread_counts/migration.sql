-- CreateTable
CREATE TABLE "inbox" (
    "user_id" UUID NOT NULL,
    "unread" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "inbox_pkey" PRIMARY KEY ("user_id")
);

-- What Prisma's schema language cannot say: of a comment, everybody is told once.
DELETE FROM "notification" n USING "notification" earlier
WHERE n."group_key" IS NULL AND earlier."group_key" IS NULL AND n."user_id" = earlier."user_id" AND n."comment_id" = earlier."comment_id" AND n."id" > earlier."id";
CREATE UNIQUE INDEX "notification_once" ON "notification"("user_id", "comment_id") WHERE "group_key" IS NULL AND "comment_id" IS NOT NULL;

INSERT INTO "inbox" ("user_id", "unread") SELECT "user_id", count(*) FROM "notification" WHERE "read_at" IS NULL GROUP BY "user_id";
