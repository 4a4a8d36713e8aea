import { int4, postId, timestamptz, userId, uuid } from "@newfeed/shared/ports/columns.ts";
import { removal } from "@newfeed/shared/ports/housekeeping.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { behindWithin, exportedRows } from "@newfeed/shared/store/list.ts";

// Posts that users have muted: until when, `infinity` where a mute does not end by itself.

const changedMute = { id: uuid, revision: int4 };

/** Until then, or without an end (null). No row where it is so already. The caller holds the user, and the post, locked. */
export const saveMute = statement({
  parameters: { id: uuid, userId, postId, until: timestamptz.nullable },
  row: changedMute,
  sql: ({ id, userId, postId, until }) =>
    `INSERT INTO post_mute AS m (id, user_id, post_id, until, muted_at) VALUES (${id}, ${userId}, ${postId}, coalesce(${until}, 'infinity'), clock_timestamp())
     ON CONFLICT (user_id, post_id) DO UPDATE
     SET until = excluded.until, muted_at = CASE WHEN m.until > now() THEN m.muted_at ELSE excluded.muted_at END, revision = m.revision + 1
     WHERE m.until <> excluded.until RETURNING id, revision`,
});
/** No row where there is none to lift. */
export const liftMute = statement({
  parameters: { userId, postId },
  row: changedMute,
  sql: ({ userId, postId }) =>
    `UPDATE post_mute SET until = date_trunc('milliseconds', now()), revision = revision + 1
     WHERE user_id = ${userId} AND post_id = ${postId} AND until > now() RETURNING id, revision`,
});

/** Of posts that are there, by their ids: a page and one more. */
export const exportMutes = statement({
  parameters: { userId, after: postId.nullable },
  row: { id: postId, until: timestamptz.nullable, mutedAt: timestamptz },
  sql: ({ userId, after }) => {
    const { beyond, order } = behindWithin("m.user_id", userId, after);
    return `SELECT m.post_id AS id, nullif(m.until, 'infinity') AS until, m.muted_at FROM post_mute m
     WHERE ${beyond("m.post_id")} AND m.until > now() AND coalesce((SELECT true FROM post WHERE id = m.post_id), false) ${order("m.post_id")} LIMIT ${exportedRows + 1}`;
  },
});

/** For as long as an older event of one may come late. */
export const endedMutes = removal({ table: "post_mute", at: "until", after: "180 days" });
