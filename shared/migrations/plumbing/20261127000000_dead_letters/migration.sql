-- What this service could not handle. The row of an event counts as consumed (its mark is in consumed_event) until it is
-- replayed: then the row and the mark go in the transaction of the effect.
CREATE TABLE newfeed.dead_letter (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  message_id text NOT NULL,
  -- Null for what is no event and has no id of one either.
  event_id uuid,
  type text NOT NULL,
  key text,
  -- As it was published.
  body text NOT NULL,
  reason text NOT NULL,
  detail text,
  tries int NOT NULL,
  -- The first time: it holds personal data, and is kept for 30 days.
  failed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- When to replay it: set by an operator, and put off by the instance that begins, so that another one goes on if that dies.
  replay_at timestamptz,
  replay_starts int NOT NULL DEFAULT 0
);
-- The same message may be given up twice; others may use its id.
CREATE UNIQUE INDEX dead_letter_message ON newfeed.dead_letter (message_id, md5(body));
CREATE INDEX dead_letter_replay ON newfeed.dead_letter (replay_at) WHERE replay_at IS NOT NULL;
CREATE INDEX dead_letter_age ON newfeed.dead_letter (failed_at);
