-- Accounts that are deleted and whose data this database may still have: a row goes, and says so in an event, once no job of theirs is left.
CREATE TABLE newfeed.account_removal (
  account_id text PRIMARY KEY,
  revision int NOT NULL,
  correlation_id text NOT NULL,
  -- How many rows each job has removed.
  removed jsonb NOT NULL DEFAULT '{}',
  begun_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX account_removal_age ON newfeed.account_removal (begun_at, account_id);

-- The deleted account whose data a job removes, where its subject is something else that was theirs.
ALTER TABLE newfeed.job ADD COLUMN account_id text;
CREATE INDEX job_by_subject ON newfeed.job (subject);
CREATE INDEX job_of_account ON newfeed.job (account_id) WHERE account_id IS NOT NULL;
