-- How far reconciliation has looked through what a producer has sent: kept over restarts, and shared by a service's instances.
CREATE TABLE newfeed.reconciliation_position (
  producer text PRIMARY KEY,
  sent_at timestamptz NOT NULL,
  event_id uuid NOT NULL
);

-- What housekeeping compares consumed events with.
CREATE INDEX dead_letter_event ON newfeed.dead_letter (event_id) WHERE event_id IS NOT NULL;

-- By default PostgreSQL waits until a fifth of a table has changed: of a day's outbox that is hours, in which the relay walks
-- over the index entries of all that it has sent.
ALTER TABLE newfeed.outbox SET (
  autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_limit = 1000,
  toast.autovacuum_vacuum_scale_factor = 0.02, toast.autovacuum_vacuum_threshold = 1000
);
ALTER TABLE newfeed.consumed_event SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);
ALTER TABLE newfeed.idempotency_key SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);
ALTER TABLE newfeed.relay_lease SET (fillfactor = 50);
