import { array, int4, postId, text, timestamptz, userId } from "@newfeed/shared/ports/columns.ts";
import { removal } from "@newfeed/shared/ports/housekeeping.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { countMoved, endOf, isWithin, scoreOf } from "../decay.ts";
import { keptHours, windowHours } from "./uses.ts";

const tags = array(text);
/** Fewer authors make no trend. An index has this number, too. */
const fewestAuthors = 3;
/** Trends that are kept. */
const kept = 20;

/** Notes revisions of posts, and locks the posts, in the order of their ids. Gives those that are newer than what was known. */
export const savePosts = statement({
  parameters: { ids: array(postId), revisions: array(int4), hours: array(timestamptz) },
  row: { id: postId },
  sql: ({ ids, revisions, hours }) =>
    `INSERT INTO tagged_post AS p (post_id, revision, hour) SELECT * FROM unnest(${ids}, ${revisions}, ${hours}) AS given (id, revision, hour) ORDER BY id
     ON CONFLICT (post_id) DO UPDATE SET revision = excluded.revision WHERE p.revision < excluded.revision RETURNING post_id AS id`,
});

export const findTags = statement({
  parameters: { ids: array(postId) },
  row: { tag: text },
  sql: ({ ids }) => `SELECT tag FROM tag_use WHERE post_id = ANY(${ids})`,
});

/** Locks tags, in their order. */
export const lockTags = statement({
  parameters: { tags },
  sql: ({ tags }) =>
    `INSERT INTO trend (tag) SELECT DISTINCT tag FROM unnest(${tags}) AS tag ORDER BY tag ON CONFLICT (tag) DO UPDATE SET changed_at = excluded.changed_at`,
});

/** The hour of an author's newest use of a tag, `which` of them. */
const newestHour = (which: string) =>
  `(SELECT u.hour FROM tag_use u WHERE u.tag = person.tag AND u.author_id = person.author_id AND ${which} ORDER BY u.hour DESC LIMIT 1)`;

/** Replaces the tags of posts, under the locks of all tags concerned. An author counts once for each tag, in the hour of the newest use. */
export const saveUses = statement({
  parameters: { ids: array(postId), postIds: array(postId), tags, authorIds: array(userId), hours: array(timestamptz) },
  sql: ({ ids, postIds, tags, authorIds, hours }) =>
    `WITH used AS MATERIALIZED (SELECT * FROM unnest(${postIds}, ${tags}, ${authorIds}, ${hours}) AS u (post_id, tag, author_id, hour)),
     ended AS (DELETE FROM tag_use u WHERE u.post_id = ANY(${ids}) AND NOT EXISTS (SELECT FROM used WHERE used.post_id = u.post_id AND used.tag = u.tag)),
     saved AS (INSERT INTO tag_use (post_id, tag, author_id, hour) SELECT post_id, tag, author_id, hour FROM used ORDER BY post_id, tag ON CONFLICT DO NOTHING),
     person AS (
       SELECT tag, author_id, max(hour) AS newest FROM (
         SELECT tag, author_id, hour FROM used UNION ALL SELECT tag, author_id, NULL FROM tag_use WHERE post_id = ANY(${ids})
       ) each GROUP BY tag, author_id
     ),
     moved AS (
       SELECT tag, 1 AS by, ${newestHour("true")} AS hour_before, greatest(newest, ${newestHour(`u.post_id <> ALL(${ids})`)}) AS hour_after FROM person
     ),
     ${countMoved({ table: "trend_hour", of: "tag", count: "authors" })}`,
  plan: "each time",
});

/** Computes the scores of tags as of a moment, which decides only where the window begins. */
export const score = statement({
  parameters: { tags, now: timestamptz },
  sql: ({ tags, now }) =>
    `UPDATE trend t SET authors = scored.authors, score = scored.score, due_at = scored.due_at
     FROM unnest(${tags}) AS given (tag) CROSS JOIN LATERAL (
       SELECT coalesce(sum(h.authors), 0)::int AS authors, ${scoreOf(windowHours, { count: "h.authors", newest: "newest.hour", now })} AS score,
         ${endOf(windowHours, now)} AS due_at
       FROM trend_hour h CROSS JOIN (SELECT max(n.hour) AS hour FROM trend_hour n WHERE n.tag = given.tag AND n.authors > 0) newest
       WHERE h.tag = given.tag AND h.authors > 0 AND ${isWithin(windowHours, now)}
     ) scored WHERE t.tag = given.tag`,
  plan: "each time",
});

/** Some tags of which an hour left the window. */
export const lockDue = statement({
  parameters: { now: timestamptz },
  row: { tag: text },
  sql: ({ now }) => `SELECT tag FROM trend WHERE due_at <= ${now} ORDER BY due_at LIMIT 200 FOR UPDATE SKIP LOCKED`,
});

/** So many trends are looked at, and so many authors who are suspended: while one is, they use no tag, so only those since a window ago matter. */
const [lookedAt, mostSuspended] = [3 * kept, 1_000];
/** Of the uses of one suspended author, so many. */
const mostUses = 1_000;

/** Suspended authors do not count. Their uses stay: when a suspension ends, all is as it was. */
export const findTop = statement({
  parameters: { now: timestamptz },
  row: { tag: text, authors: int4.notNull },
  sql: ({ now }) =>
    `WITH away AS MATERIALIZED (
       SELECT s.user_id FROM suspension s WHERE s.since > ${now} - interval '${keptHours} hours' AND s.until > ${now} ORDER BY s.since DESC LIMIT ${mostSuspended}
     ),
     missing AS MATERIALIZED (
       SELECT used.tag, count(DISTINCT away.user_id)::int AS authors FROM away
       CROSS JOIN LATERAL (
         SELECT h.tag FROM tag_use h WHERE h.author_id = away.user_id AND ${isWithin(windowHours, now)} LIMIT ${mostUses}
       ) used GROUP BY used.tag
     )
     SELECT top.tag, top.authors - coalesce(missing.authors, 0) AS authors
     FROM (SELECT tag, authors, score FROM trend WHERE authors >= ${fewestAuthors} ORDER BY score DESC, tag DESC LIMIT ${lookedAt}) top
     LEFT JOIN missing ON missing.tag = top.tag
     WHERE top.authors - coalesce(missing.authors, 0) >= ${fewestAuthors} ORDER BY top.score DESC, top.tag DESC LIMIT ${kept}`,
  plan: "each time",
});

/** Gives no row where a newer revision is known. One that only ends otherwise began when it did. */
export const saveSuspension = statement({
  parameters: { userId, at: timestamptz, until: timestamptz.nullable, revision: int4 },
  row: { userId },
  sql: ({ userId, at, until, revision }) =>
    `INSERT INTO suspension AS s (user_id, since, until, revision) VALUES (${userId}, ${at}, coalesce(${until}, 'infinity'), ${revision})
     ON CONFLICT (user_id) DO UPDATE SET since = CASE WHEN s.until > excluded.since THEN s.since ELSE excluded.since END, until = excluded.until, revision = excluded.revision
     WHERE s.revision < excluded.revision RETURNING user_id`,
});

// What clients were told

/** Says that clients are told of other trends now, unless they know these, or it is too soon. Gives the revision of that. */
export const announce = statement({
  parameters: { tags },
  row: { revision: int4 },
  sql: ({ tags }) =>
    `INSERT INTO announced_trends AS a (tags, revision, at) SELECT ${tags}, 1, now() WHERE cardinality(${tags}) > 0 OR EXISTS (SELECT FROM announced_trends)
     ON CONFLICT (id) DO UPDATE SET tags = excluded.tags, revision = a.revision + 1, at = excluded.at
     WHERE a.tags <> excluded.tags AND a.at < excluded.at - interval '30 seconds' RETURNING revision`,
});

// Retention

const after = `${keptHours} hours`;
export const oldPosts = removal({ table: "tagged_post", at: "hour", after });
export const oldUses = removal({ table: "tag_use", at: "hour", after });
export const oldHours = removal({ table: "trend_hour", at: "hour", after });
/** Longer than an event of it may take: a dead letter can be replayed for 30 days. */
export const oldSuspensions = removal({ table: "suspension", at: "since", after: "31 days" });
export const quietTags = removal({ table: "trend", at: "changed_at", after });
