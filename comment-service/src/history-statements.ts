import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { commentId, int4, postId, text, timestamptz, userId, uuid } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { behindWithin, exportedRows } from "@newfeed/shared/store/list.ts";

const said = { content: text, writtenAt: timestamptz, endedAt: timestamptz };

/** Keeps what a comment says, which is about to be changed, if it has said so for as many seconds. Under the comment's lock. */
export const keepVersion = statement({
  parameters: { id: commentId, seconds: int4 },
  sql: ({ id, seconds }) =>
    `INSERT INTO comment_version (comment_id, revision, post_id, author_id, content, written_at, ended_at)
     SELECT id, revision, post_id, author_id, content, updated_at, clock_timestamp() FROM comment
     WHERE id = ${id} AND deleted_at IS NULL AND author_id IS NOT NULL AND updated_at <= clock_timestamp() - make_interval(secs => ${seconds}) ON CONFLICT DO NOTHING`,
});
/** All but the newest of a comment. */
export const dropOldVersions = statement({
  parameters: { id: commentId },
  sql: ({ id }) =>
    `DELETE FROM comment_version WHERE id = ANY(ARRAY(SELECT id FROM comment_version WHERE comment_id = ${id} ORDER BY revision DESC OFFSET ${bounds.keptVersions} LIMIT 10))`,
});

/** The newest first. The caller has checked who may see the comment. */
export const listVersions = statement({
  parameters: { id: commentId },
  row: said,
  sql: ({ id }) => `SELECT content, written_at, ended_at FROM comment_version WHERE comment_id = ${id} ORDER BY revision DESC LIMIT ${bounds.keptVersions}`,
});

/** Of all comments of a user. */
export const exportVersions = statement({
  parameters: { userId, after: uuid.nullable },
  row: { id: uuid, commentId, postId, ...said },
  sql: ({ userId, after }) => {
    const { beyond, order } = behindWithin("v.author_id", userId, after);
    return `SELECT v.id, v.comment_id, v.post_id, v.content, v.written_at, v.ended_at FROM comment_version v WHERE ${beyond("v.id")} ${order("v.id")} LIMIT ${exportedRows + 1}`;
  },
});
