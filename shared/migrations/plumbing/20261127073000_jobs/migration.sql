-- What is still to be done in the background, batch by batch: the removal of what a deleted account or post leaves behind.
CREATE TABLE newfeed.job (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  -- What it is about: the id of a user, a post …
  subject text NOT NULL,
  -- The last key that a batch came to; the next one begins behind it. Written in the batch's transaction.
  position text,
  rows bigint NOT NULL DEFAULT 0,
  correlation_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Put off when a batch fails.
  due_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  failures int NOT NULL DEFAULT 0
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
CREATE UNIQUE INDEX job_of_subject ON newfeed.job (name, subject);

-- Events of jobs, in front of the outbox: they enter it a few at a time, so that those of other transactions go first.
CREATE TABLE newfeed.bulk_event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id uuid NOT NULL,
  type text NOT NULL,
  key text,
  body text NOT NULL,
  traceparent text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
