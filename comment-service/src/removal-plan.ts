import type { CommentId } from "@newfeed/shared/contracts/ids.ts";

/** A comment that is locked. */
export interface Locked {
  id: CommentId;
  parentCommentId: CommentId | null;
  /** How many comments answer it. */
  replyCount: number;
  /** It is a tombstone. */
  deleted: boolean;
}

export interface RemovalPlan {
  /** Nothing answers these any more: their rows go. */
  gone: CommentId[];
  /** Of locked comments that stay, how many of their replies go. */
  fewerReplies: Map<CommentId, number>;
  /** Tombstones without replies whose parents are not locked: they go later. */
  emptied: CommentId[];
}

/** What follows from the deletion of comments. `locked`: they and their parents at least, each before those that answer it. */
export function planRemoval(locked: readonly Locked[], removed: ReadonlySet<CommentId>): RemovalPlan {
  const known = new Set(locked.map(({ id }) => id));
  const gone: CommentId[] = [];
  const emptied: CommentId[] = [];
  const fewerReplies = new Map<CommentId, number>();
  for (const { id, parentCommentId, replyCount, deleted } of locked.toReversed()) {
    if (!(deleted || removed.has(id)) || replyCount > (fewerReplies.get(id) ?? 0)) continue;
    if (parentCommentId !== null && !known.has(parentCommentId)) {
      emptied.push(id);
      continue;
    }
    gone.push(id);
    fewerReplies.delete(id);
    if (parentCommentId !== null) fewerReplies.set(parentCommentId, (fewerReplies.get(parentCommentId) ?? 0) + 1);
  }
  return { gone, fewerReplies, emptied };
}
