-- What operators did with dead letters. `letter_id`: of the one that they named; otherwise `type` and `reason` say which they meant.
CREATE TABLE newfeed.dead_letter_audit (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  -- Null for the command line.
  actor_id uuid,
  action text NOT NULL,
  letter_id bigint,
  type text,
  reason text,
  letters int NOT NULL
);
CREATE INDEX dead_letter_audit_age ON newfeed.dead_letter_audit (at, id);
