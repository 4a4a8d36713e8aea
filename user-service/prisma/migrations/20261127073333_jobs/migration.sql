-- What is left of a deleted account becomes jobs, also what older instances note, which run beside newer ones while a cluster is upgraded.
CREATE FUNCTION end_relations_of_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO newfeed.job (name, subject, correlation_id)
  SELECT name, NEW.user_id::text, 'jobs:' || gen_random_uuid() FROM unnest(ARRAY['end-follows', 'end-followers', 'end-blocks', 'end-blockers']) AS name
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER end_relations_of_deleted BEFORE INSERT ON "account_deletion" FOR EACH ROW EXECUTE FUNCTION end_relations_of_deleted();
INSERT INTO "account_deletion" SELECT * FROM "account_deletion";
DELETE FROM "account_deletion";

-- Blocks end in the order in which lists show them, as follows do.
CREATE INDEX "block_blocker_changed_idx" ON "block"("blocker_id", "changed_at", "id") WHERE "active";
CREATE INDEX "block_blocked_changed_idx" ON "block"("blocked_id", "changed_at", "id") WHERE "active";
DROP INDEX "block_blocked_id_idx";
