import { postId, timestamptz, userId } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { canView } from "@newfeed/shared/projections/visibility.ts";
import { columns, rowOf, storedPost } from "./statements.ts";

// The post that a user shows first on their profile.

/** In place of another; one that there is stays as it is, without a row. */
export const savePinned = statement({
  parameters: { userId, postId },
  row: { postId },
  sql: ({ userId, postId }) =>
    `INSERT INTO pinned_post AS n (user_id, post_id, pinned_at) VALUES (${userId}, ${postId}, clock_timestamp())
     ON CONFLICT (user_id) DO UPDATE SET post_id = excluded.post_id, pinned_at = excluded.pinned_at WHERE n.post_id <> excluded.post_id RETURNING n.post_id`,
});
export const deletePinned = statement({
  parameters: { userId, postId },
  row: { postId },
  sql: ({ userId, postId }) => `DELETE FROM pinned_post WHERE user_id = ${userId} AND post_id = ${postId} RETURNING post_id`,
});

/** As a viewer may see it. */
export const findPinned = statement({
  parameters: { viewerId: userId.nullable, userId },
  row: storedPost,
  sql: ({ viewerId, userId }) =>
    `SELECT ${columns(viewerId)} FROM (SELECT n.post_id FROM pinned_post n WHERE n.user_id = ${userId} LIMIT 1) n ${rowOf("n.post_id")}
     JOIN projection.author a ON a.id = p.author_id WHERE ${canView(viewerId)}`,
});

export const exportPinned = statement({
  parameters: { userId },
  row: { id: postId, pinnedAt: timestamptz },
  sql: ({ userId }) => `SELECT post_id AS id, pinned_at FROM pinned_post WHERE user_id = ${userId}`,
});
