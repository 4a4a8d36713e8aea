import type { EventOf } from "@newfeed/shared/contracts/events.ts";
import type { CommentChange } from "./store.ts";

type CommentEvent = EventOf<"comment.created" | "comment.updated" | "comment.deleted">;

function changeOf({ aggregate: { revision }, data }: CommentEvent): CommentChange {
  if (!("comment" in data)) return { commentId: data.commentId, postId: data.postId, revision, deleted: true, held: false };
  const { id: commentId, postId, deleted, held } = data.comment;
  return { commentId, postId, revision, deleted, held: held !== null };
}

/** The latest change of each comment, which says it all; nothing comes after a deletion. */
export function latestChanges(events: readonly CommentEvent[]): CommentChange[] {
  const latest = new Map<string, CommentChange>();
  for (const change of events.map(changeOf)) {
    const known = latest.get(change.commentId);
    if (!known || (!known.deleted && change.revision > known.revision)) latest.set(change.commentId, change);
  }
  return [...latest.values()];
}
