-- auth-service writes mails in the language of the account's preferences since it consumes `user.preferences_changed`. Those that
-- have a language are published again; for all other consumers they are a state that they know.
WITH spoken AS (SELECT gen_random_uuid() AS event_id, p.* FROM "preferences" p WHERE p.language IS NOT NULL)
INSERT INTO newfeed.outbox (event_id, type, key, body)
SELECT event_id, 'user.preferences_changed', user_id::text, json_build_object(
  'id', event_id,
  'type', 'user.preferences_changed',
  'aggregate', json_build_object('type', 'preferences', 'id', user_id, 'revision', revision),
  'actorId', user_id,
  'occurredAt', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
  'correlationId', 'announced-languages',
  'data', json_build_object('userId', user_id, 'whoMayComment', who_may_comment, 'privateAccount', private_account, 'language', language)
)::text FROM spoken;
