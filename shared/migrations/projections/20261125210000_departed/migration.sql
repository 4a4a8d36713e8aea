-- Deleted users of whom more relations are left than one reaction forgets. The rest goes little by little.
CREATE TABLE projection.departed (
  user_id uuid PRIMARY KEY
);
