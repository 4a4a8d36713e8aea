-- media-service keeps the uploads that profiles name since it consumes `user.updated`. The last one of each profile that
-- names an upload is published again; for all other consumers it is a state that they know.
WITH named AS (
  SELECT gen_random_uuid() AS event_id, p.* FROM "profile" p
  WHERE NOT p.deleted AND p.avatar_url ~ '/[0-9a-f]{2}/[0-9a-f-]{36}-[A-Za-z0-9_-]{22}\.[a-z0-9]{2,4}$'
)
INSERT INTO newfeed.outbox (event_id, type, key, body)
SELECT event_id, 'user.updated', id::text, json_build_object(
  'id', event_id,
  'type', 'user.updated',
  'aggregate', json_build_object('type', 'user', 'id', id, 'revision', revision),
  'actorId', id,
  'occurredAt', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
  'correlationId', 'avatar-claims',
  'data', json_build_object('user', json_build_object('id', id, 'username', username, 'fullName', full_name, 'avatarUrl', avatar_url))
)::text FROM named;
