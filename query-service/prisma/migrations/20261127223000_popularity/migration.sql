-- CreateTable
CREATE TABLE "reaction" (
    "id" UUID NOT NULL,
    "post_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "revision" INTEGER NOT NULL,
    "active" BOOLEAN NOT NULL,

    CONSTRAINT "reaction_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "popularity_hour" (
    "post_id" UUID NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "weight" INTEGER NOT NULL,

    CONSTRAINT "popularity_hour_pkey" PRIMARY KEY ("post_id","hour")
);

-- CreateTable
CREATE TABLE "popularity" (
    "post_id" UUID NOT NULL,
    "is_public" BOOLEAN,
    "deleted" BOOLEAN NOT NULL DEFAULT false,
    "day" DOUBLE PRECISION,
    "week" DOUBLE PRECISION,
    "due_at" TIMESTAMPTZ(3),
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "popularity_pkey" PRIMARY KEY ("post_id")
);

-- CreateIndex
CREATE INDEX "reaction_hour_idx" ON "reaction"("hour");

-- CreateIndex
CREATE INDEX "popularity_hour_hour_idx" ON "popularity_hour"("hour");

-- CreateIndex
CREATE INDEX "popularity_due_at_idx" ON "popularity"("due_at");

-- CreateIndex
CREATE INDEX "popularity_changed_at_idx" ON "popularity"("changed_at");

CREATE INDEX reaction_person ON reaction (post_id, user_id, kind, hour) WHERE active;
CREATE INDEX popularity_day ON popularity (day, post_id) WHERE is_public AND day IS NOT NULL;
CREATE INDEX popularity_week ON popularity (week, post_id) WHERE is_public AND week IS NOT NULL;
