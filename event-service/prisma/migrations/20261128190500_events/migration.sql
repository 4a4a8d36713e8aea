-- The months of a table of events are partitions of it. An id begins with the time at which its event was made (UUIDv7), so that
-- a month is a range of ids, an id is unique among all months, and to read in the order of ids is to read in that of time.

-- CreateTable
CREATE TABLE "event" (
    "id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "aggregate_type" TEXT NOT NULL,
    "aggregate_id" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "actor_id" UUID,
    "key" UUID NOT NULL,
    "correlation_id" TEXT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "stored_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "body" TEXT,

    CONSTRAINT "event_pkey" PRIMARY KEY ("id")
) PARTITION BY RANGE ("id");

-- CreateTable
CREATE TABLE "event_mention" (
    "subject" UUID NOT NULL,
    "event_id" UUID NOT NULL,

    CONSTRAINT "event_mention_pkey" PRIMARY KEY ("subject", "event_id")
) PARTITION BY RANGE ("event_id");

-- CreateTable
CREATE TABLE "deleted_subject" (
    "id" UUID NOT NULL,
    "deleted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "deleted_subject_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "replay" (
    "id" UUID NOT NULL,
    "consumer" TEXT NOT NULL,
    "types" TEXT[],
    "aggregate_id" UUID,
    "from_id" UUID NOT NULL,
    "to_id" UUID NOT NULL,
    "rate" INTEGER NOT NULL,
    "created_by" UUID,
    "state" TEXT NOT NULL,
    "position" UUID NOT NULL,
    "handled" BIGINT NOT NULL DEFAULT 0,
    "empty" BIGINT NOT NULL DEFAULT 0,
    "failed" BIGINT NOT NULL DEFAULT 0,
    "last_failure" TEXT,
    "holder" UUID,
    "taken_until" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "replay_pkey" PRIMARY KEY ("id")
);

-- Those that run, by when an instance may take them; those that have ended, by age.
CREATE INDEX "replay_running" ON "replay"("taken_until") WHERE "state" = 'running';
CREATE INDEX "replay_ended" ON "replay"("updated_at") WHERE "state" IN ('done', 'cancelled');

-- CreateIndex
CREATE INDEX "event_type_id_idx" ON "event"("type", "id");

-- CreateIndex
CREATE INDEX "event_aggregate_id_id_idx" ON "event"("aggregate_id", "id");

-- CreateIndex
CREATE INDEX "event_actor_id_id_idx" ON "event"("actor_id", "id");

-- CreateIndex
CREATE INDEX "event_key_id_idx" ON "event"("key", "id");

-- CreateIndex
CREATE INDEX "event_correlation_id_id_idx" ON "event"("correlation_id", "id");

-- CreateIndex
CREATE INDEX "deleted_subject_deleted_at_idx" ON "deleted_subject"("deleted_at");

-- The least id of a month.
CREATE FUNCTION first_event_id_of(month date) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
  SELECT (lpad(to_hex((extract(epoch FROM month::timestamp AT TIME ZONE 'UTC') * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

-- Makes the partitions of the months between two moments that are missing. Gives how many it made.
CREATE FUNCTION make_event_partitions(first timestamptz, last timestamptz) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  month date := date_trunc('month', first AT TIME ZONE 'UTC')::date;
  following date;
  made integer := 0;
BEGIN
  WHILE month <= last AT TIME ZONE 'UTC' LOOP
    following := (month + interval '1 month')::date;
    IF to_regclass('public.event_mention_' || to_char(month, 'YYYY_MM')) IS NULL THEN
      PERFORM pg_advisory_xact_lock(hashtext('newfeed event partitions'));
      EXECUTE format('CREATE TABLE IF NOT EXISTS public.%I PARTITION OF public.event FOR VALUES FROM (%L) TO (%L)',
        'event_' || to_char(month, 'YYYY_MM'), first_event_id_of(month), first_event_id_of(following));
      EXECUTE format('CREATE TABLE IF NOT EXISTS public.%I PARTITION OF public.event_mention FOR VALUES FROM (%L) TO (%L)',
        'event_mention_' || to_char(month, 'YYYY_MM'), first_event_id_of(month), first_event_id_of(following));
      made := made + 1;
    END IF;
    month := following;
  END LOOP;
  RETURN made;
END
$$;

-- Drops the oldest month that ended before a moment. Gives 1, or 0 when there is none.
CREATE FUNCTION drop_event_partition(before timestamptz) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  month text := (
    SELECT min(right(c.relname, 7)) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = 'public.event'::regclass AND right(c.relname, 7) < to_char(before AT TIME ZONE 'UTC', 'YYYY_MM')
  );
BEGIN
  IF month IS NULL THEN
    RETURN 0;
  END IF;
  EXECUTE format('DROP TABLE IF EXISTS public.%I', 'event_' || month);
  EXECUTE format('DROP TABLE IF EXISTS public.%I', 'event_mention_' || month);
  RETURN 1;
END
$$;

SELECT make_event_partitions(now(), now());
