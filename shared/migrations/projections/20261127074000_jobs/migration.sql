-- Removal in batches reads the followers of a user in the order of their ids.
CREATE INDEX follow_followee_follower ON projection.follow (followee_id, follower_id) WHERE active;
DROP INDEX projection.follow_followee;

-- What is left of a deleted account becomes jobs, also what older instances note, which run beside newer ones while a cluster is upgraded.
CREATE FUNCTION projection.forget_deleted_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO newfeed.job (name, subject, correlation_id)
  SELECT name, NEW.user_id::text, 'jobs:' || gen_random_uuid()
  FROM unnest(ARRAY['forget-follows-by', 'forget-follows-of', 'forget-blocks-by', 'forget-blocks-of']) AS name
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER forget_deleted_account BEFORE INSERT ON projection.deleted_account
  FOR EACH ROW EXECUTE FUNCTION projection.forget_deleted_account();
INSERT INTO projection.deleted_account SELECT * FROM projection.deleted_account;
DELETE FROM projection.deleted_account;
