import { array, boolean, int4, postId, text, timestamptz, userId, uuid } from "@newfeed/shared/ports/columns.ts";
import { removal } from "@newfeed/shared/ports/housekeeping.ts";
import { statement, variants } from "@newfeed/shared/ports/statement.ts";
import { countMoved, endOf, isWithin, scoreOf } from "../decay.ts";
import { hoursOf, keptDays, weights, windows } from "./score.ts";

const ids = array(postId);

/** Notes what is known of posts (null: nothing), and locks them, in the order of their ids. */
export const lockPosts = statement({
  parameters: { ids, arePublic: array(boolean.nullable) },
  sql: ({ ids, arePublic }) =>
    `INSERT INTO popularity AS p (post_id, is_public) SELECT id, is_public FROM unnest(${ids}, ${arePublic}) AS given (id, is_public) ORDER BY id
     ON CONFLICT (post_id) DO UPDATE SET is_public = coalesce(excluded.is_public, p.is_public), changed_at = excluded.changed_at`,
});

const weight = `CASE kind ${Object.entries(weights)
  .map(([kind, weight]) => `WHEN '${kind}' THEN ${weight}`)
  .join(" ")} END`;
/** The hour of a person's newest reaction of a kind to a post, `which` of them. */
const newestHour = (which: string) =>
  `(SELECT r.hour FROM reaction r WHERE r.post_id = person.post_id AND r.user_id = person.user_id AND r.kind = person.kind AND r.active AND ${which}
    ORDER BY r.hour DESC LIMIT 1)`;

/**
 * Saves reactions, one of each id, under the locks of their posts; an older revision changes nothing. A person counts once for each
 * kind, in the hour of the newest.
 */
export const saveReactions = statement({
  parameters: {
    ids: array(uuid),
    postIds: ids,
    userIds: array(userId),
    kinds: array(text),
    hours: array(timestamptz),
    revisions: array(int4),
    active: array(boolean),
  },
  sql: ({ ids, postIds, userIds, kinds, hours, revisions, active }) =>
    `WITH event AS MATERIALIZED (
       SELECT e.* FROM unnest(${ids}, ${postIds}, ${userIds}, ${kinds}, ${hours}, ${revisions}, ${active}) AS e (id, post_id, user_id, kind, hour, revision, active)
       WHERE coalesce((SELECT r.revision FROM reaction r WHERE r.id = e.id), 0) < e.revision
     ),
     saved AS (
       INSERT INTO reaction (id, post_id, user_id, kind, hour, revision, active)
       SELECT id, post_id, user_id, kind, hour, revision, active FROM event ORDER BY id
       ON CONFLICT (id) DO UPDATE SET hour = excluded.hour, revision = excluded.revision, active = excluded.active
     ),
     person AS (
       SELECT post_id, user_id, kind, max(hour) FILTER (WHERE active) AS newest, array_agg(id) AS ids FROM event GROUP BY post_id, user_id, kind
     ),
     moved AS (
       SELECT post_id, ${weight} AS by, ${newestHour("true")} AS hour_before, greatest(newest, ${newestHour("r.id <> ALL(person.ids)")}) AS hour_after FROM person
     ),
     ${countMoved({ table: "popularity_hour", of: "post_id", count: "weight" })}`,
  plan: "each time",
});

/** Computes the scores of posts as of a moment, which decides only where their windows begin. */
export const score = statement({
  parameters: { ids, now: timestamptz },
  sql: ({ ids, now }) =>
    `UPDATE popularity p SET day = scored.day, week = scored.week, due_at = scored.due_at
     FROM unnest(${ids}) AS given (id) CROSS JOIN LATERAL (
       SELECT ${windows.map((window) => `${scoreOf(hoursOf[window], { count: "h.weight", newest: "newest.hour", now })} AS ${window}`).join(", ")},
         least(${windows.map((window) => endOf(hoursOf[window], now)).join(", ")}) AS due_at
       FROM popularity_hour h CROSS JOIN (SELECT max(n.hour) AS hour FROM popularity_hour n WHERE n.post_id = given.id AND n.weight > 0) newest
       WHERE h.post_id = given.id AND h.weight > 0 AND ${isWithin(hoursOf.week, now)}
     ) scored WHERE p.post_id = given.id AND NOT p.deleted`,
  plan: "each time",
});

/** Some posts of which an hour left a window. */
export const lockDue = statement({
  parameters: { now: timestamptz },
  row: { postId },
  sql: ({ now }) => `SELECT post_id FROM popularity WHERE due_at <= ${now} ORDER BY due_at LIMIT 200 FOR UPDATE SKIP LOCKED`,
});

/** Ranked posts that are kept: of some, a viewer may see less. */
const kept = 50;
export const findTop = variants(windows, (window) =>
  statement({
    row: { postId },
    sql: `SELECT post_id FROM popularity WHERE is_public AND ${window} IS NOT NULL ORDER BY ${window} DESC, post_id DESC LIMIT ${kept}`,
  }),
);

/** Of posts that have reactions. */
/** Unless the index has a newer revision. */
export const savePublic = statement({
  parameters: { ids, revisions: array(int4), arePublic: array(boolean) },
  sql: ({ ids, revisions, arePublic }) =>
    `UPDATE popularity p SET is_public = given.is_public FROM unnest(${ids}, ${revisions}, ${arePublic}) AS given (id, revision, is_public)
     WHERE p.post_id = given.id AND p.is_public IS DISTINCT FROM given.is_public
       AND NOT EXISTS (SELECT FROM indexed_post i WHERE i.id = given.id AND i.revision > given.revision)`,
  plan: "each time",
});
/** The same by what a page said, unless an event was newer: the index has the revision. */
export const savePublicAsOf = statement({
  parameters: { ids, revisions: array(int4), arePublic: array(boolean) },
  sql: ({ ids, revisions, arePublic }) =>
    `UPDATE popularity p SET is_public = given.is_public FROM unnest(${ids}, ${revisions}, ${arePublic}) AS given (id, revision, is_public)
     JOIN indexed_post i ON i.id = given.id AND i.revision = given.revision
     WHERE p.post_id = given.id AND p.is_public IS DISTINCT FROM given.is_public`,
  plan: "each time",
});
export const removePosts = statement({
  parameters: { ids },
  sql: ({ ids }) =>
    `INSERT INTO popularity (post_id, deleted) SELECT DISTINCT id, true FROM unnest(${ids}) AS id ORDER BY id
     ON CONFLICT (post_id) DO UPDATE SET deleted = true, day = NULL, week = NULL, due_at = NULL, changed_at = excluded.changed_at`,
});

// Retention: what is older is in no window, and events of that time change nothing.

export const oldReactions = removal({ table: "reaction", at: "hour", after: `${keptDays} days` });
export const oldHours = removal({ table: "popularity_hour", at: "hour", after: `${keptDays} days` });
export const quietPosts = removal({ table: "popularity", at: "changed_at", after: `${keptDays} days` });
