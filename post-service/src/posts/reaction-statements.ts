import type { Author, Visibility } from "@newfeed/shared/contracts/dto.ts";
import type { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import { int4, json, postId, text, timestamptz, userId, uuid } from "@newfeed/shared/ports/columns.ts";
import { removal } from "@newfeed/shared/ports/housekeeping.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { authorJson, isAway } from "@newfeed/shared/projections/authors.ts";
import { isPrivate } from "@newfeed/shared/projections/preferences.ts";
import { blockBetween, follows } from "@newfeed/shared/projections/relations.ts";
import { behindWithin, exportedRows, markedOf, sparseList } from "@newfeed/shared/store/list.ts";
import { toggle } from "@newfeed/shared/store/toggle.ts";

// Likes and reposts: rows that a user turns on and off, and a count of those that are on in the post.

export type ReactionTable = "post_like" | "post_repost";
export const countColumns = { post_like: "like_count", post_repost: "repost_count" } as const satisfies Record<ReactionTable, string>;

/** Whether a viewer may know what a user does with the posts of others: as of a post by them. */
export const showsActsOf = (viewer: string, reposter: string) =>
  `(NOT ${isAway(reposter)} AND NOT ${blockBetween(viewer, reposter)} AND (${reposter} = ${viewer} OR NOT ${isPrivate(reposter)} OR ${follows(viewer, reposter)}))`;

const reactions = (table: ReactionTable, shows: (viewer: string, user: string, post: string) => string) => ({
  /** Under the post's lock. */
  save: toggle<PostId, UserId>(table, ["post_id", "user_id"]),
  count: statement({
    parameters: { id: postId, by: int4 },
    row: { count: int4 },
    sql: ({ id, by }) =>
      `UPDATE post SET ${countColumns[table]} = ${countColumns[table]} + ${by}, revision = revision + 1 WHERE id = ${id} RETURNING ${countColumns[table]} AS count`,
  }),
  /** Who it is of, the last one first. The caller has checked that the viewer may see the post. */
  people: sparseList({
    parameters: { viewerId: userId.nullable, postId },
    row: { id: userId.notNull, at: timestamptz.notNull, author: json<Author>().notNull },
    sql: ({ viewerId, postId }, { within, order, showing }) => {
      const ofPost = within("k.post_id", postId);
      const all = `SELECT k.user_id, k.changed_at FROM ${table} k WHERE ${ofPost.beyond("k.changed_at", "k.user_id")} AND k.active ${ofPost.order("k.changed_at", "k.user_id")}`;
      return `WITH page AS MATERIALIZED (${showing(all, { as: "k", shows: shows(viewerId, "k.user_id", postId), key: ["k.changed_at", "k.user_id"] })})
         SELECT k.user_id AS id, k.changed_at AS at, ${authorJson("a")} AS author, ${markedOf("k")}
         FROM page k LEFT JOIN LATERAL (SELECT * FROM projection.author WHERE id = k.user_id LIMIT 1) a ON true ${order("k.changed_at", "k.user_id")}`;
    },
  }),
  /** Of a user, of posts that are there, by the id of the row: a page and one more. */
  ofUser: statement({
    parameters: { userId, after: uuid.nullable },
    row: { id: uuid, postId, revision: int4 },
    sql: ({ userId, after }) => {
      const { beyond, order } = behindWithin("l.user_id", userId, after);
      return `SELECT l.id, l.post_id, l.revision FROM ${table} l
     WHERE ${beyond("l.id")} AND l.active AND coalesce((SELECT true FROM post WHERE id = l.post_id), false) ${order("l.id")} LIMIT ${exportedRows + 1}`;
    },
  }),
  /** All of them, in the order of their ids. */
  after: statement({
    parameters: { after: uuid.nullable },
    row: { id: uuid, postId, postAuthorId: userId, userId, revision: int4, changedAt: timestamptz },
    sql: ({ after }) =>
      `SELECT l.id, l.post_id, p.author_id AS post_author_id, l.user_id, l.revision, l.changed_at FROM ${table} l
     CROSS JOIN LATERAL (SELECT author_id FROM post WHERE id = l.post_id LIMIT 1) p
     WHERE l.id > coalesce(${after}, '00000000-0000-0000-0000-000000000000') AND l.active ORDER BY l.id LIMIT ${exportedRows + 1}`,
  }),
  ended: removal({ table, at: "changed_at", after: "180 days", where: "NOT active" }),
});

export const likes = reactions("post_like", (viewer, user) => `(NOT ${isAway(user)} AND NOT ${blockBetween(viewer, user)})`);
/** The post's author is told who reposts it. */
export const reposts = reactions(
  "post_repost",
  (viewer, user, post) =>
    `(${showsActsOf(viewer, user)} OR (NOT ${isAway(user)} AND NOT ${blockBetween(viewer, user)} AND coalesce((SELECT author_id = ${viewer} FROM post WHERE id = ${post}), false)))`,
);

/** A post by its id, locked: whether its reader may see it is not asked. */
export const lockForRemoval = statement({
  parameters: { id: postId },
  row: { authorId: userId, repostCount: int4, visibility: text.as<Visibility>() },
  sql: ({ id }) => `SELECT author_id, repost_count, visibility FROM post WHERE id = ${id} FOR UPDATE`,
});
