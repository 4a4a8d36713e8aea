import type { Visibility } from "@newfeed/shared/contracts/dto.ts";
import { behind, havingRow, idOrFirst, removeBehind } from "@newfeed/shared/jobs/job.ts";
import { array, commentId, int4, postId, text, timestamptz, userId, uuid } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";

// Removal in batches: each gives the rows behind a key. Planned each time: the beginning has no key.

const ids = array(commentId);

/** Likes that go along with comments in one transaction. */
export const likesAtOnce = 500;
/** Some of those of removed comments. No foreign key removes them: a comment goes at the same cost however liked it was. */
export const deleteLikes = statement({
  parameters: { ids },
  row: { id: uuid },
  sql: ({ ids }) => `DELETE FROM comment_like WHERE id IN (SELECT id FROM comment_like WHERE comment_id = ANY(${ids}) LIMIT ${likesAtOnce}) RETURNING id`,
});
/** Which of these have likes left. */
export const findLiked = statement({
  parameters: { ids },
  row: { id: commentId.notNull },
  sql: ({ ids }) => `SELECT gone.id FROM unnest(${ids}) AS gone (id) WHERE EXISTS (SELECT FROM comment_like l WHERE l.comment_id = gone.id)`,
  plan: "each time",
});

const ofUser = { userId, after: uuid.nullable, limit: int4 };
export const nextCommentsOf = statement({
  parameters: ofUser,
  row: { id: commentId },
  sql: ({ userId, after, limit }) => {
    const { where, order } = behind(["author_id", "id"], userId, [idOrFirst(after)]);
    return `SELECT id FROM comment WHERE ${where} ${order} LIMIT ${limit}`;
  },
  plan: "each time",
});
export const nextLikesOf = statement({
  parameters: ofUser,
  row: { id: uuid, commentId },
  sql: ({ userId, after, limit }) => {
    const { where, order } = behind(["user_id", "id"], userId, [idOrFirst(after)]);
    return `SELECT id, comment_id FROM comment_like WHERE ${where} ${order} LIMIT ${limit}`;
  },
  plan: "each time",
});
/** In the order in which all transactions lock comments. */
export const lockLiked = statement({
  parameters: { ids },
  sql: ({ ids }) => `SELECT FROM comment WHERE id = ANY(${ids}) ORDER BY parent_comment_id IS NOT NULL, id FOR UPDATE`,
});
/** Gives those that were active, of comments that are there, with what they leave. */
export const deleteLikesById = statement({
  parameters: { ids: array(uuid) },
  row: { id: uuid, revision: int4.notNull, commentId, postId, authorId: userId.notNull, likeCount: int4, visibility: text.as<Visibility>() },
  sql: ({ ids }) =>
    `WITH gone AS (DELETE FROM comment_like WHERE id = ANY(${ids}) RETURNING id, comment_id, active, revision)
     UPDATE comment c SET like_count = c.like_count - 1 FROM gone WHERE c.id = gone.comment_id AND gone.active AND c.deleted_at IS NULL
     RETURNING gone.id, gone.revision + 1 AS revision, c.id AS comment_id, c.post_id, c.author_id, c.like_count, c.visibility`,
  plan: "each time",
});
export const deleteNextLikesUnder = statement({
  parameters: { commentId, after: userId.nullable, limit: int4 },
  row: { key: userId },
  sql: ({ commentId, after, limit }) => removeBehind("comment_like", ["comment_id", "user_id"], { owner: commentId, after, limit }),
  plan: "each time",
});

/** Which of these posts have comments. */
export const commented = statement({
  parameters: { postIds: array(postId) },
  row: { subject: postId.notNull },
  sql: ({ postIds }) => havingRow(postIds, "comment", "post_id", "t.parent_comment_id IS NULL"),
  plan: "each time",
});
const place = { afterAt: timestamptz, afterId: commentId, limit: int4 };
export const nextTopLevel = statement({
  parameters: { postId, ...place },
  row: { id: commentId, createdAt: timestamptz, replyCount: int4 },
  sql: ({ postId, afterAt, afterId, limit }) => {
    const { where, order } = behind(["post_id", "created_at", "id"], postId, [afterAt, afterId]);
    return `SELECT id, created_at, reply_count FROM comment WHERE ${where} AND parent_comment_id IS NULL ${order} LIMIT ${limit}`;
  },
  plan: "each time",
});
export const nextReplies = statement({
  parameters: { parentId: commentId, ...place },
  row: { id: commentId, createdAt: timestamptz },
  sql: ({ parentId, afterAt, afterId, limit }) => {
    const { where, order } = behind(["parent_comment_id", "created_at", "id"], parentId, [afterAt, afterId]);
    return `SELECT id, created_at FROM comment WHERE ${where} AND parent_comment_id IS NOT NULL ${order} LIMIT ${limit}`;
  },
  plan: "each time",
});
/** The replies to these. */
export const findReplies = statement({
  parameters: { ids },
  row: { id: commentId },
  sql: ({ ids }) => `SELECT id FROM comment WHERE parent_comment_id = ANY(${ids})`,
  plan: "each time",
});
/** Replies go with the comments that they answer, by foreign key. */
export const deleteComments = statement({ parameters: { ids }, sql: ({ ids }) => `DELETE FROM comment WHERE id = ANY(${ids})`, plan: "each time" });
