import { asCommentId } from "@newfeed/shared/contracts/ids.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { v7 as uuidv7 } from "uuid";
import { hourOf } from "../decay.ts";
import type { Source } from "../rebuild/jobs.ts";
import type { ServiceClients } from "../service-clients.ts";
import type { Reaction } from "./reactions.ts";
import { type Kind, keptDays } from "./score.ts";

const keptMs = keptDays * 24 * 60 * 60 * 1_000;

/** The ids of what was made later are behind this one. */
const idAt = (milliseconds: number) => uuidv7({ msecs: milliseconds, random: new Uint8Array(16), seq: 0 });

/** What is kept of reactions, in a transaction. */
export type KeepReactions = (transaction: { query: Query }, reactions: readonly Reaction[], now: Date) => Promise<void>;

type Comment = Awaited<ReturnType<ServiceClients["commentsAfter"]>>["comments"][number];
/** A like or a repost. */
type Counted = Awaited<ReturnType<ServiceClients["likesAfter"]>>["likes"][number];

/** What a row of a page says of a reaction; nothing of an author's own post. */
function reactionOf(row: Comment | Counted, kind: Kind): Reaction | undefined {
  const [userId, at] = "authorId" in row ? [row.authorId, row.createdAt] : [row.userId, row.changedAt];
  if (userId === row.postAuthorId) return undefined;
  const { id, postId, revision } = row;
  return { id, postId, userId, revision, kind, active: true, hour: hourOf(Date.parse(at)), isPublic: null };
}

/** What people did within the windows, from the pages of the services that own it: comments, and all likes and reposts, since one of long ago may have been given anew. */
export function pastReactions(clients: Pick<ServiceClients, "commentsAfter" | "likesAfter" | "repostsAfter">, keep: KeepReactions): readonly Source[] {
  function pageOf(rows: readonly (Comment | Counted)[], kind: Kind, next: string | null) {
    const now = new Date();
    const recent = rows.flatMap((row) => reactionOf(row, kind) ?? []).filter(({ hour }) => hour.getTime() >= now.getTime() - keptMs);
    return { rows: rows.length, next, save: (transaction: { query: Query }) => keep(transaction, recent, now) };
  }
  return [
    {
      name: "comments",
      async page(after) {
        const { comments, next } = await clients.commentsAfter(asCommentId(after ?? idAt(Date.now() - keptMs)));
        return pageOf(comments, "comment", next);
      },
    },
    {
      name: "likes",
      async page(after) {
        const { likes, next } = await clients.likesAfter(after);
        return pageOf(likes, "like", next);
      },
    },
    {
      name: "reposts",
      async page(after) {
        const { reposts, next } = await clients.repostsAfter(after);
        return pageOf(reposts, "repost", next);
      },
    },
  ];
}
