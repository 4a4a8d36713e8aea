-- The plumbing that every service's database has, in a schema of its own so that each service's Prisma schema,
-- which describes `public`, never sees it.

CREATE TABLE newfeed.outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id uuid NOT NULL UNIQUE,
  type text NOT NULL,
  body text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  sent_at timestamptz
);
-- Unsent rows are found by the relay; sent ones are kept for a day, for reconciliation, and found by age.
CREATE INDEX outbox_unsent ON newfeed.outbox (id) WHERE sent_at IS NULL;
CREATE INDEX outbox_sent ON newfeed.outbox (sent_at) WHERE sent_at IS NOT NULL;

CREATE TABLE newfeed.relay_lease (
  name text PRIMARY KEY,
  holder text NOT NULL,
  expires_at timestamptz NOT NULL
);

CREATE TABLE newfeed.consumed_event (
  event_id uuid PRIMARY KEY,
  consumed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Set aside after its reaction kept failing; a replay may try again.
  dead boolean NOT NULL DEFAULT false
);
CREATE INDEX consumed_event_age ON newfeed.consumed_event (consumed_at);

CREATE TABLE newfeed.idempotency_key (
  user_id uuid NOT NULL,
  key text NOT NULL,
  fingerprint text NOT NULL,
  answer jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (user_id, key)
);
CREATE INDEX idempotency_key_age ON newfeed.idempotency_key (created_at);
