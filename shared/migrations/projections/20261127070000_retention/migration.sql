-- When a relation ended, or an account was deleted: these rows only keep older events from taking effect, and go after some
-- months. What is there already counts from now on.
ALTER TABLE projection.follow ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE projection.block ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE projection.author ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now();
CREATE INDEX follow_ended ON projection.follow (changed_at) WHERE NOT active;
CREATE INDEX block_ended ON projection.block (changed_at) WHERE NOT active;
CREATE INDEX author_deleted ON projection.author (changed_at) WHERE deleted;
