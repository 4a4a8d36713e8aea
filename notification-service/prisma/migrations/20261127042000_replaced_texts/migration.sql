-- DropIndex
DROP INDEX "stream_entry_stream_aggregate_id_idx";

-- What Prisma's schema language cannot say: blanked entries are not looked for any more.
CREATE INDEX "stream_entry_of_aggregate" ON "stream_entry"("stream", "aggregate_id") WHERE "type" <> 'blank';

-- Earlier states of what has changed since: a replay must not show a text that was replaced.
UPDATE "stream_entry" e
SET "type" = CASE e."type" WHEN 'comment_created' THEN e."type" ELSE 'blank' END,
    "data" = CASE e."type" WHEN 'comment_created' THEN latest."data" ELSE '{}' END
FROM (
  SELECT "stream", "aggregate_id", max("offset") AS "offset" FROM "stream_entry"
  WHERE "type" IN ('comment_created', 'comment_updated', 'post_updated') GROUP BY "stream", "aggregate_id" HAVING count(*) > 1
) s JOIN "stream_entry" latest ON latest."stream" = s."stream" AND latest."offset" = s."offset"
WHERE e."stream" = s."stream" AND e."aggregate_id" = s."aggregate_id" AND e."offset" < s."offset"
  AND e."type" IN ('comment_created', 'comment_updated', 'post_updated');

-- States of drafts, which nobody but their author may read.
UPDATE "stream_entry" SET "type" = 'blank', "data" = '{}' WHERE "type" = 'post_updated' AND "data" -> 'post' ->> 'status' = 'draft';
