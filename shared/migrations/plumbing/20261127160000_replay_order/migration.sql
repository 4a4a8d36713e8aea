-- Those of one request are replayed in the order in which they were kept.
DROP INDEX newfeed.dead_letter_replay;
CREATE INDEX dead_letter_replay ON newfeed.dead_letter (replay_at, id) WHERE replay_at IS NOT NULL;
