-- CreateTable
CREATE TABLE "tagged_post" (
    "post_id" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "tagged_post_pkey" PRIMARY KEY ("post_id")
);

-- CreateTable
CREATE TABLE "tag_use" (
    "post_id" UUID NOT NULL,
    "tag" TEXT NOT NULL,
    "author_id" UUID NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "tag_use_pkey" PRIMARY KEY ("post_id","tag")
);

-- CreateTable
CREATE TABLE "trend_hour" (
    "tag" TEXT NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "authors" INTEGER NOT NULL,

    CONSTRAINT "trend_hour_pkey" PRIMARY KEY ("tag","hour")
);

-- CreateTable
CREATE TABLE "trend" (
    "tag" TEXT NOT NULL,
    "authors" INTEGER NOT NULL DEFAULT 0,
    "score" DOUBLE PRECISION,
    "due_at" TIMESTAMPTZ(3),
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "trend_pkey" PRIMARY KEY ("tag")
);

-- CreateTable
CREATE TABLE "announced_trends" (
    "id" BOOLEAN NOT NULL DEFAULT true,
    "tags" TEXT[],
    "revision" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "announced_trends_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "tagged_post_hour_idx" ON "tagged_post"("hour");

-- CreateIndex
CREATE INDEX "tag_use_hour_idx" ON "tag_use"("hour");

-- CreateIndex
CREATE INDEX "tag_use_tag_author_id_hour_idx" ON "tag_use"("tag", "author_id", "hour");

-- CreateIndex
CREATE INDEX "trend_hour_hour_idx" ON "trend_hour"("hour");

-- CreateIndex
CREATE INDEX "trend_due_at_idx" ON "trend"("due_at");

-- CreateIndex
CREATE INDEX "trend_changed_at_idx" ON "trend"("changed_at");

CREATE INDEX trend_score ON trend (score, tag) WHERE authors >= 3;
