import type { Visibility } from "@newfeed/shared/contracts/dto.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { before, behind, havingRow, idOrFirst, removeBehind } from "@newfeed/shared/jobs/job.ts";
import { array, boolean, commentId, int4, postId, text, userId, uuid } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";

// Removal in batches: each gives the rows behind a key. Planned each time: the beginning has no key.

const ids = array(commentId);

/** The order in which every transaction that locks several comments takes them: those that are answered before their replies. */
const lockOrder = "ORDER BY depth, id FOR UPDATE";

export const lockComments = statement({ parameters: { ids }, sql: ({ ids }) => `SELECT FROM comment WHERE id = ANY(${ids}) ${lockOrder}` });

const locked = {
  id: commentId,
  postId,
  parentCommentId: commentId.nullable,
  authorId: userId.nullable,
  replyCount: int4,
  deleted: boolean.notNull,
  revision: int4,
};
const lockedColumns = "id, post_id, parent_comment_id, author_id, reply_count, deleted_at IS NOT NULL AS deleted, revision";
/** These comments and those that they answer. */
export const lockForRemoval = statement({
  parameters: { ids },
  row: locked,
  sql: ({ ids }) =>
    `SELECT ${lockedColumns} FROM comment
     WHERE id = ANY(ARRAY(SELECT unnest(${ids}) UNION SELECT parent_comment_id FROM comment WHERE id = ANY(${ids}))) ${lockOrder}`,
});
/** A comment and some of those above it. */
export const lockUpwards = statement({
  parameters: { id: commentId, limit: int4 },
  row: locked,
  sql: ({ id, limit }) =>
    `SELECT ${lockedColumns} FROM comment WHERE id = ANY(ARRAY(
       WITH RECURSIVE upwards AS (
         SELECT c.id, c.parent_comment_id, 1 AS distance FROM comment c WHERE c.id = ${id}
         UNION ALL
         SELECT p.id, p.parent_comment_id, upwards.distance + 1 FROM upwards JOIN comment p ON p.id = upwards.parent_comment_id WHERE upwards.distance < ${limit}
       )
       SELECT upwards.id FROM upwards)) ${lockOrder}`,
});
export const countRepliesLess = statement({
  parameters: { ids, replies: array(int4) },
  sql: ({ ids, replies }) =>
    `UPDATE comment c SET reply_count = c.reply_count - gone.replies FROM unnest(${ids}, ${replies}) AS gone (id, replies) WHERE c.id = gone.id`,
});
export const leaveTombstones = statement({
  parameters: { ids },
  sql: ({ ids }) =>
    `WITH versions AS (DELETE FROM comment_version WHERE id = ANY(ARRAY(
       SELECT v.id FROM unnest(${ids}) AS left_behind (id)
       CROSS JOIN LATERAL (SELECT id FROM comment_version WHERE comment_id = left_behind.id ORDER BY revision DESC LIMIT ${bounds.keptVersions}) v)))
     UPDATE comment SET author_id = NULL, content = '', client_mutation_id = NULL, mentioned_user_ids = '{}', like_count = 0,
       deleted_at = clock_timestamp(), updated_at = clock_timestamp(), revision = revision + 1
     WHERE id = ANY(${ids})`,
});
/** Nothing answers them but comments among them. */
export const deleteComments = statement({ parameters: { ids }, sql: ({ ids }) => `DELETE FROM comment WHERE id = ANY(${ids})`, plan: "each time" });

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
/** The deepest first: no comment goes before those that answer it. */
export const nextUnderPost = statement({
  parameters: { postId, beforeDepth: int4, beforeId: commentId, limit: int4 },
  row: { id: commentId, depth: int4 },
  sql: ({ postId, beforeDepth, beforeId, limit }) => {
    const { where, order } = before(["post_id", "depth", "id"], postId, [beforeDepth, beforeId]);
    return `SELECT id, depth FROM comment WHERE ${where} ${order} LIMIT ${limit}`;
  },
  plan: "each time",
});
