import { havingRow, removeBehind } from "@newfeed/shared/jobs/job.ts";
import { array, int4, postId, timestamptz, userId, uuid } from "@newfeed/shared/ports/columns.ts";
import { removal } from "@newfeed/shared/ports/housekeeping.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";

// About which posts, and what is under them, users are not notified: a copy of post-service's. Versions are checked before (`version-checks.ts`).

/** Not of a user or a post that is gone. `until`: null where it has no end. */
export const savePostMute = statement({
  parameters: { userId, postId, until: timestamptz.nullable },
  sql: ({ userId, postId, until }) =>
    `INSERT INTO post_mute (user_id, post_id, until) SELECT ${userId}, ${postId}, coalesce(${until}, 'infinity')
     WHERE (SELECT a.deleted FROM projection.author a WHERE a.id = ${userId}) IS NOT TRUE
       AND (SELECT s.deleted FROM seen_aggregate s WHERE s.type = 'post' AND s.id = ${postId}) IS NOT TRUE
     ON CONFLICT (user_id, post_id) DO UPDATE SET until = excluded.until`,
});
export const removePostMute = statement({
  parameters: { userId, postId },
  sql: ({ userId, postId }) => `DELETE FROM post_mute WHERE user_id = ${userId} AND post_id = ${postId}`,
});
export const endedPostMutes = removal({ table: "post_mute", at: "until", after: "1 hour" });

/** SQL: has a user muted a post now, as far as is known here? False where one is null. A value, as in `follows`. */
export const mutesPost = (user: string, post: string) =>
  `coalesce((SELECT m.until > now() FROM post_mute m WHERE m.user_id = ${user} AND m.post_id = ${post}), false)`;

/** Those of a post, or by a user, behind a key. */
const forget = (column: "post_id" | "user_id", key: "post_id" | "user_id") =>
  statement({
    parameters: { owner: uuid, after: uuid.nullable, limit: int4 },
    row: { key: uuid },
    sql: ({ owner, after, limit }) => removeBehind("post_mute", [column, key], { owner, after, limit }),
    plan: "each time",
  });
export const forgetMutesOf = { post: forget("post_id", "user_id"), user: forget("user_id", "post_id") };
/** Which of these posts anybody has muted. */
export const mutedPosts = statement({
  parameters: { postIds: array(postId) },
  row: { subject: postId.notNull },
  sql: ({ postIds }) => havingRow(postIds, "post_mute", "post_id"),
  plan: "each time",
});
