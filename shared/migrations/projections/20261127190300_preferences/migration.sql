-- What others need of a user's preferences. Without a row they are as for everybody.
CREATE TABLE projection.preferences (
  user_id uuid PRIMARY KEY,
  who_may_comment text NOT NULL,
  revision int NOT NULL
);
