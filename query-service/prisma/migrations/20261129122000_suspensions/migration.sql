-- Who is suspended, since when and until when: 'infinity' where it has no end, when it was lifted where it was.
CREATE TABLE suspension (
  user_id uuid PRIMARY KEY,
  since timestamptz NOT NULL,
  until timestamptz NOT NULL,
  revision int NOT NULL
);
CREATE INDEX suspension_since ON suspension (since);
CREATE INDEX tag_use_author_id_hour_idx ON tag_use (author_id, hour);
