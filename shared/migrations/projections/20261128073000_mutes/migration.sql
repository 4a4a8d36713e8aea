-- Whom users have muted, and until when: 'infinity' where it does not end, when it was lifted where it was.
CREATE TABLE projection.mute (
  muter_id uuid NOT NULL,
  muted_id uuid NOT NULL,
  until timestamptz NOT NULL,
  revision int NOT NULL,
  PRIMARY KEY (muter_id, muted_id)
);
CREATE INDEX mute_muted ON projection.mute (muted_id, muter_id);
CREATE INDEX mute_until ON projection.mute (until);
-- What a page of posts leaves out.
CREATE INDEX mute_of_muter ON projection.mute (muter_id, until, muted_id);
