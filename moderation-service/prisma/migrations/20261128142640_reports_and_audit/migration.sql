-- AlterTable
ALTER TABLE "moderation_case" ADD COLUMN     "appeal_state" TEXT,
ADD COLUMN     "target_deleted" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "undoable" UUID;

-- CreateTable
CREATE TABLE "report" (
    "id" UUID NOT NULL,
    "case_id" UUID NOT NULL,
    "reporter_id" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "note" TEXT NOT NULL DEFAULT '',
    "accepted" BOOLEAN,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "resolved_at" TIMESTAMPTZ(3),

    CONSTRAINT "report_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_entry" (
    "id" UUID NOT NULL,
    "case_id" UUID NOT NULL,
    "step" TEXT NOT NULL,
    "actor_id" UUID,
    "before" JSONB,
    "after" JSONB NOT NULL,
    "revision" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "suspension" (
    "user_id" UUID NOT NULL,
    "case_id" UUID,
    "reason" TEXT,
    "until" TIMESTAMPTZ(3),
    "revision" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "suspension_pkey" PRIMARY KEY ("user_id")
);

-- CreateIndex
CREATE INDEX "report_case_id_id_idx" ON "report"("case_id", "id");

-- CreateIndex
CREATE INDEX "report_reporter_id_id_idx" ON "report"("reporter_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "report_case_id_reporter_id_key" ON "report"("case_id", "reporter_id");

-- CreateIndex
CREATE UNIQUE INDEX "audit_entry_case_id_revision_key" ON "audit_entry"("case_id", "revision");

-- What is in force against an author, and what ends by itself.
CREATE INDEX moderation_case_suspending ON moderation_case (author_id, (coalesce(until, 'infinity'))) WHERE action = 'suspend';
CREATE INDEX moderation_case_ending ON moderation_case (until, id) WHERE action IS NOT NULL AND until IS NOT NULL;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit is never changed';
END $$;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
