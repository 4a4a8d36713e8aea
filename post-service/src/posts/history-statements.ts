import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { int4, postId, text, timestamptz, userId, uuid } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { behindWithin, exportedRows } from "@newfeed/shared/store/list.ts";

const said = { title: text.nullable, content: text, writtenAt: timestamptz, endedAt: timestamptz };
const since = "coalesce(greatest(text_at, published_at), created_at)";

/** Keeps what a published post says, which is about to be changed, if it has said so for as many seconds. Under the post's lock. */
export const keepVersion = statement({
  parameters: { postId, seconds: int4 },
  sql: ({ postId, seconds }) =>
    `INSERT INTO post_version (post_id, revision, author_id, title, content, written_at, ended_at)
     SELECT id, revision, author_id, title, content, ${since}, clock_timestamp() FROM post
     WHERE id = ${postId} AND status IN ('published', 'hidden') AND ${since} <= clock_timestamp() - make_interval(secs => ${seconds}) ON CONFLICT DO NOTHING`,
});
/** All but the newest of a post. */
export const dropOldVersions = statement({
  parameters: { postId },
  sql: ({ postId }) =>
    `DELETE FROM post_version WHERE id = ANY(ARRAY(SELECT id FROM post_version WHERE post_id = ${postId} ORDER BY revision DESC OFFSET ${bounds.keptVersions} LIMIT 10))`,
});

/** The newest first. The caller has checked who may see the post. */
export const listVersions = statement({
  parameters: { postId },
  row: said,
  sql: ({ postId }) =>
    `SELECT title, content, written_at, ended_at FROM post_version WHERE post_id = ${postId} ORDER BY revision DESC LIMIT ${bounds.keptVersions}`,
});

/** Of all posts of a user. */
export const exportVersions = statement({
  parameters: { userId, after: uuid.nullable },
  row: { id: uuid, postId, ...said },
  sql: ({ userId, after }) => {
    const { beyond, order } = behindWithin("v.author_id", userId, after);
    return `SELECT v.id, v.post_id, v.title, v.content, v.written_at, v.ended_at FROM post_version v WHERE ${beyond("v.id")} ${order("v.id")} LIMIT ${exportedRows + 1}`;
  },
});
