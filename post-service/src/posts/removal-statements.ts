import type { Visibility } from "@newfeed/shared/contracts/dto.ts";
import { before, behind, havingRow, idOrFirst, removeBehind } from "@newfeed/shared/jobs/job.ts";
import { array, boolean, int4, postId, text, timestamptz, userId, uuid } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { countColumns, type ReactionTable } from "./reaction-statements.ts";

// Removal in batches: each takes the rows behind a key. Planned each time: the beginning has no key.

/** What stands under a deleted post, with the column that sorts it there. */
export const deleteUnderPost = (
  [
    ["post_like", "user_id"],
    ["post_repost", "user_id"],
    ["post_bookmark", "user_id"],
    ["post_mute", "user_id"],
    ["poll_vote", "user_id"],
    ["counted_comment", "comment_id"],
    ["feed_item", "user_id"],
  ] as const
).map(([table, key]) => ({
  table,
  having: statement({
    parameters: { postIds: array(postId) },
    row: { subject: postId.notNull },
    sql: ({ postIds }) => havingRow(postIds, table, "post_id"),
    plan: "each time",
  }),
  statement: statement({
    parameters: { postId, after: uuid.nullable, limit: int4 },
    row: { key: uuid },
    sql: ({ postId, after, limit }) => removeBehind(table, ["post_id", key], { owner: postId, after, limit }),
    plan: "each time",
  }),
}));

const listedAt = "coalesce(published_at, created_at)";
/** A user's posts, the newest first: the feeds pass over those that are left. */
export const deletePostsOf = statement({
  parameters: { userId, beforeAt: timestamptz, beforeId: postId, limit: int4 },
  row: { id: postId, revision: int4, at: timestamptz.notNull },
  sql: ({ userId, beforeAt, beforeId, limit }) => {
    const { where, order } = before(["author_id", listedAt, "id"], userId, [beforeAt, beforeId]);
    return `WITH taken AS MATERIALIZED (SELECT id FROM post WHERE ${where} ${order} LIMIT ${limit})
     DELETE FROM post WHERE id = ANY(ARRAY(SELECT id FROM taken)) RETURNING id, revision, ${listedAt} AS at`;
  },
  plan: "each time",
});
/** Of what says of a post only that it is a user's. */
const deletePairsOf = (table: "post_bookmark" | "post_mute") =>
  statement({
    parameters: { userId, after: uuid.nullable, limit: int4 },
    row: { key: postId },
    sql: ({ userId, after, limit }) => removeBehind(table, ["user_id", "post_id"], { owner: userId, after, limit }),
    plan: "each time",
  });
export const removalOfPairs = { post_bookmark: deletePairsOf("post_bookmark"), post_mute: deletePairsOf("post_mute") };
/** A user's likes or reposts. */
const removalOf = (table: ReactionTable) => ({
  delete: statement({
    parameters: { userId, after: uuid.nullable, limit: int4 },
    row: { id: uuid, postId, revision: int4, active: boolean },
    sql: ({ userId, after, limit }) => {
      const { where, order } = behind(["user_id", "id"], userId, [idOrFirst(after)]);
      return `WITH taken AS MATERIALIZED (SELECT id FROM ${table} WHERE ${where} ${order} LIMIT ${limit})
     DELETE FROM ${table} WHERE id = ANY(ARRAY(SELECT id FROM taken)) RETURNING id, post_id, revision, active`;
    },
    plan: "each time",
  }),
  /** One less for each of these posts, which are locked in the order of their ids. */
  uncount: statement({
    parameters: { ids: array(postId) },
    row: { id: postId, authorId: userId, count: int4, visibility: text.as<Visibility>() },
    sql: ({ ids }) =>
      `WITH locked AS MATERIALIZED (SELECT id FROM post WHERE id = ANY(${ids}) ORDER BY id FOR UPDATE)
     UPDATE post SET ${countColumns[table]} = ${countColumns[table]} - 1, revision = revision + 1 FROM locked WHERE post.id = locked.id
     RETURNING post.id, author_id, ${countColumns[table]} AS count, visibility`,
    plan: "each time",
  }),
});
export const removalOfReactions = { post_like: removalOf("post_like"), post_repost: removalOf("post_repost") };
