-- Copies of other services' facts, kept by reactions. Rows are never deleted: an "off" keeps its revision, so that an
-- older "on" that arrives late changes nothing.

CREATE TABLE projection.author (
  id uuid PRIMARY KEY,
  username text NOT NULL,
  full_name text NOT NULL,
  avatar_url text,
  revision int NOT NULL,
  deleted boolean NOT NULL DEFAULT false
);

CREATE TABLE projection.follow (
  follower_id uuid NOT NULL,
  followee_id uuid NOT NULL,
  active boolean NOT NULL,
  revision int NOT NULL,
  PRIMARY KEY (follower_id, followee_id)
);
CREATE INDEX follow_followee ON projection.follow (followee_id) WHERE active;

CREATE TABLE projection.block (
  blocker_id uuid NOT NULL,
  blocked_id uuid NOT NULL,
  active boolean NOT NULL,
  revision int NOT NULL,
  PRIMARY KEY (blocker_id, blocked_id)
);
CREATE INDEX block_blocked ON projection.block (blocked_id, blocker_id) WHERE active;
