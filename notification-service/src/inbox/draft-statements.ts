import type { UnheardReason } from "@newfeed/shared/contracts/routes/why-notified.ts";
import { array, commentId, int4, postId, text, userId } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { isGone } from "@newfeed/shared/projections/authors.ts";
import { mutes } from "@newfeed/shared/projections/mutes.ts";
import { blocks, follows } from "@newfeed/shared/projections/relations.ts";
import { refusesType } from "../preferences/preference-statements.ts";
import { mutesPost } from "./post-mute-statements.ts";

// Drafts, and who receives them.

export const draftParameters = {
  userIds: array(userId),
  actorIds: array(userId.nullable),
  followersOf: array(userId.nullable),
  postIds: array(postId.nullable),
  threadIds: array(postId.nullable),
  commentIds: array(commentId.nullable),
  types: array(text),
};
export type Expressions<P> = { readonly [K in keyof P]: string };

/**
 * Drafts as rows `d`, in order from 1, with further columns. (To look a text up by its place in an array reads all before it: for many drafts,
 * that grows with the square.)
 */
export const draftRows = (
  { userIds, actorIds, followersOf, postIds, threadIds, commentIds, types }: Expressions<typeof draftParameters>,
  further: Readonly<Record<string, string>> = {},
) =>
  `unnest(${[userIds, actorIds, followersOf, postIds, threadIds, commentIds, types, ...Object.values(further)].join(", ")})
     WITH ORDINALITY AS d(${["user_id", "actor_id", "followers_of", "post_id", "thread_id", "comment_id", "type", ...Object.keys(further), "n"].join(", ")})`;

const isDeleted = (type: "post" | "comment", id: string) => `(SELECT s.deleted FROM seen_aggregate s WHERE s.type = '${type}' AND s.id = ${id}) IS TRUE`;

/**
 * What keeps draft `d` from its user, in the order in which it is said. Who has blocked a user stays unsaid: what is there is not to be seen by
 * them.
 */
const refusals: readonly (readonly [reason: UnheardReason, holds: string])[] = [
  ["type_off", refusesType("d.user_id", "d.type")],
  ["muted_user", mutes("d.user_id", "d.actor_id")],
  ["muted_conversation", mutesPost("d.user_id", "d.thread_id")],
  ["blocked", blocks("d.user_id", "d.actor_id")],
  ["not_visible", blocks("d.actor_id", "d.user_id")],
  ["not_visible", isGone("d.actor_id")],
  ["not_visible", `(d.followers_of <> d.user_id AND NOT ${follows("d.user_id", "d.followers_of")}) IS TRUE`],
  ["not_visible", "(SELECT a.deleted FROM projection.author a WHERE a.id = d.user_id) IS TRUE"],
  ["deleted", isDeleted("post", "d.post_id")],
  ["deleted", isDeleted("comment", "d.comment_id")],
];

/** May, and will, the user of draft `d` receive it? */
export const mayReceive = refusals.map(([, holds]) => `NOT ${holds}`).join("\n  AND ");

/** What keeps each of these drafts from its user now; null where nothing does. */
export const findRefusals = statement({
  parameters: draftParameters,
  row: { n: int4.notNull, refusal: text.as<UnheardReason>().nullable },
  sql: (drafts) =>
    `SELECT d.n::int AS n, CASE ${refusals.map(([reason, holds]) => `WHEN ${holds} THEN '${reason}'`).join(" ")} END AS refusal
     FROM ${draftRows(drafts)} ORDER BY d.n`,
});
