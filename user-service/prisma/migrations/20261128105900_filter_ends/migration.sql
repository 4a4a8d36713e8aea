-- AlterTable
ALTER TABLE "preferences" ADD COLUMN     "filter_ends" JSONB NOT NULL DEFAULT '{}';

-- Of what has a filtered word nothing notifies, since notification-service consumes them with `user.preferences_changed`. Those that have
-- any are published again, as a state that no consumer knows yet.
WITH filtering AS (
  UPDATE "preferences" SET revision = revision + 1 WHERE cardinality(filtered_words) > 0
  RETURNING gen_random_uuid() AS event_id, user_id, who_may_comment, private_account, public_likes, language, filtered_words, revision
)
INSERT INTO newfeed.outbox (event_id, type, key, body)
SELECT event_id, 'user.preferences_changed', user_id::text, json_build_object(
  'id', event_id,
  'type', 'user.preferences_changed',
  'aggregate', json_build_object('type', 'preferences', 'id', user_id, 'revision', revision),
  'actorId', user_id,
  'occurredAt', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
  'correlationId', 'filter-ends',
  'data', json_build_object('userId', user_id, 'whoMayComment', who_may_comment, 'privateAccount', private_account, 'publicLikes', public_likes,
    'language', language, 'filteredWords', (SELECT json_agg(json_build_object('word', word, 'until', NULL)) FROM unnest(filtered_words) AS word))
)::text FROM filtering;
