import type { Visibility } from "@newfeed/shared/contracts/dto.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { array, boolean, int4, int8, postId, text, timestamptz, userId } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { isAway, isGone } from "@newfeed/shared/projections/authors.ts";
import { list } from "@newfeed/shared/store/list.ts";
import { isNarrowed, page, rowOf, storedPost } from "./statements.ts";
import { isTrustedAuthor } from "./trust-statements.ts";

const isScheduled = "p.status = 'scheduled'";

export const listScheduled = list({
  parameters: { authorId: userId },
  row: storedPost,
  sql: ({ authorId }, { within, order, limit }) => {
    const [at, id] = ["p.publish_at", "p.id"];
    const ofAuthor = within("p.author_id", authorId);
    const listed = `SELECT p.* FROM (
        SELECT p.id FROM post p WHERE ${isScheduled} AND ${ofAuthor.beyond(at, id)} AND NOT ${isGone(authorId)} ${ofAuthor.order(at, id)} ${limit}
      ) seen ${rowOf("seen.id")}`;
    return page(authorId, listed, order(at, id));
  },
});

/** No further than the bound. */
export const countScheduled = statement({
  parameters: { authorId: userId },
  row: { count: int8.notNull },
  sql: ({ authorId }) =>
    `SELECT count(*) AS count FROM (SELECT FROM post p WHERE ${isScheduled} AND p.author_id = ${authorId} LIMIT ${bounds.scheduledPosts}) scheduled`,
});

// Publishing. What a deleted user leaves behind is removed instead; what is of a suspended one waits.

export const findDue = statement({
  parameters: { afterAt: timestamptz, afterId: postId, limit: int4 },
  row: { id: postId, at: timestamptz.notNull },
  sql: ({ afterAt, afterId, limit }) =>
    `SELECT p.id, p.publish_at AS at FROM post p
     WHERE ${isScheduled} AND p.publish_at <= now() AND (p.publish_at, p.id) > (${afterAt}, ${afterId}) AND NOT ${isAway("p.author_id")}
     ORDER BY p.publish_at, p.id LIMIT ${limit}`,
  plan: "each time",
});

/** As `lockAuthor`, those who wrote these posts. */
export const lockAuthorsOf = statement({
  parameters: { ids: array(postId) },
  row: { id: userId },
  sql: ({ ids }) =>
    `SELECT a.id FROM projection.author a WHERE a.id = ANY(ARRAY(SELECT author_id FROM post WHERE id = ANY(${ids}))) AND NOT a.deleted ORDER BY a.id FOR SHARE`,
});

/** Publishes those of these posts, of these authors, that are due and locked by nobody. Whether an account is private counts as it is now. `holds`: those of authors who are not trusted wait for a moderator. */
export const publishDue = statement({
  parameters: { ids: array(postId), authorIds: array(userId), holds: boolean },
  row: { id: postId, authorId: userId, previousVisibility: text.as<Visibility>() },
  sql: ({ ids, authorIds, holds }) => {
    const chosen = "CASE WHEN post.narrowed THEN 'public' ELSE post.visibility END";
    return `WITH due AS MATERIALIZED (
       SELECT p.id, p.visibility AS previous_visibility, ${holds} AND NOT ${isTrustedAuthor("p.author_id")} AS waits FROM post p
       WHERE p.id = ANY(${ids}) AND p.author_id = ANY(${authorIds}) AND ${isScheduled} AND p.publish_at <= clock_timestamp() ORDER BY p.id FOR UPDATE SKIP LOCKED
     )
     UPDATE post SET status = CASE WHEN due.waits THEN 'pending' ELSE 'published' END, publish_at = NULL, updated_at = clock.now, revision = post.revision + 1,
       published_at = CASE WHEN due.waits THEN NULL ELSE clock.now END,
       poll_ends_at = CASE WHEN due.waits THEN NULL ELSE clock.now + make_interval(secs => post.poll_seconds) END,
       visibility = CASE WHEN ${isNarrowed(chosen, "post.author_id")} THEN 'followers' ELSE ${chosen} END, narrowed = ${isNarrowed(chosen, "post.author_id")}
     FROM due, (SELECT clock_timestamp() AS now) clock WHERE post.id = due.id RETURNING post.id, post.author_id, due.previous_visibility`;
  },
  plan: "each time",
});
