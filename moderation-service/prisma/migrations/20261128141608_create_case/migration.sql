-- CreateTable
CREATE TABLE "moderation_case" (
    "id" UUID NOT NULL,
    "target_type" TEXT NOT NULL,
    "target_id" UUID NOT NULL,
    "author_id" UUID NOT NULL,
    "post_id" UUID,
    "content" TEXT NOT NULL DEFAULT '',
    "state" TEXT NOT NULL DEFAULT 'open',
    "action" TEXT,
    "reason" TEXT,
    "until" TIMESTAMPTZ(3),
    "decided_by" UUID,
    "decided_at" TIMESTAMPTZ(3),
    "held" BOOLEAN NOT NULL DEFAULT false,
    "reasons" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "reports" INTEGER NOT NULL DEFAULT 0,
    "flags" INTEGER NOT NULL DEFAULT 0,
    "claimed_by" UUID,
    "claimed_until" TIMESTAMPTZ(3),
    "appeal" TEXT,
    "appealed_at" TIMESTAMPTZ(3),
    "revision" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "moderation_case_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "moderation_case_state_id_idx" ON "moderation_case"("state", "id");

-- CreateIndex
CREATE INDEX "moderation_case_state_target_type_id_idx" ON "moderation_case"("state", "target_type", "id");

-- CreateIndex
CREATE INDEX "moderation_case_author_id_id_idx" ON "moderation_case"("author_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "moderation_case_target_type_target_id_key" ON "moderation_case"("target_type", "target_id");
