-- Who is suspended, and until when: 'infinity' where it has no end, when it was lifted where it was.
CREATE TABLE suspension (
  user_id uuid PRIMARY KEY,
  until timestamptz NOT NULL,
  revision int NOT NULL
);
CREATE INDEX suspension_until ON suspension (until);
