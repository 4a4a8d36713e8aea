import type { PostEvent } from "@newfeed/client";
import { useEffect, useSyncExternalStore } from "react";
import { announce } from "../components/announce.ts";
import { client, queryClient } from "../data/client.ts";
import { countReply, keepComment, keptComment, landComment, markGone } from "../data/comments.ts";
import { keys } from "../data/keys.ts";
import { forgetPost, isPending, keepPost, patchPost, refetchPost } from "../data/posts.ts";

/** New replies that wait to be shown, by the comment that they answer: where they would stand, they would move what is read. */
const waiting = new Map<string, Set<string>>();
const listeners = new Set<() => void>();
const none: ReadonlySet<string> = new Set();

function changeWaiting(commentId: string, change: (ids: Set<string>) => void): void {
  const ids = new Set(waiting.get(commentId));
  change(ids);
  if (ids.size > 0) waiting.set(commentId, ids);
  else waiting.delete(commentId);
  for (const listener of listeners) listener();
}

export const useWaitingReplies = (commentId: string): ReadonlySet<string> =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => waiting.get(commentId) ?? none,
  );

export function showWaitingReplies(commentId: string): void {
  changeWaiting(commentId, (ids) => ids.clear());
}

function apply(event: PostEvent, postId: string, meId: string | null): void {
  switch (event.type) {
    case "comment_created": {
      const { comment } = event;
      if (!landComment(comment)) return;
      patchPost(postId, ({ commentCount }) => ({ commentCount: commentCount + 1 }));
      countReply(comment, 1);
      if (comment.author?.id === meId) return;
      const { parentCommentId } = comment;
      if (parentCommentId) changeWaiting(parentCommentId, (ids) => ids.add(comment.id));
      announce(`${comment.author?.fullName ?? "Somebody"} ${parentCommentId ? "replied" : "commented"}: ${comment.content}`);
      return;
    }
    case "comment_updated":
      if (event.comment.deleted) markGone(event.comment.id);
      keepComment(event.comment);
      return;
    case "comment_deleted":
      forgetComment(event.commentId, postId);
      return;
    case "post_updated":
      keepPost(event.post);
      return;
    case "post_liked":
      patchPost(postId, () => ({ likeCount: event.likeCount }));
      return;
    case "post_deleted":
      forgetPost(postId);
      return;
    case "retract":
      for (const { type, id } of event.items) {
        if (type === "post") forgetPost(id);
        if (type === "comment") forgetComment(id, postId);
      }
      return;
    case "reset":
      void refetchPost(postId);
      void queryClient.invalidateQueries({ queryKey: keys.comments(postId) });
      void queryClient.invalidateQueries({ queryKey: ["replies"] });
  }
}

function forgetComment(id: string, postId: string): void {
  const known = keptComment(id);
  if (known?.gone) return;
  markGone(id);
  if (known?.parentCommentId) changeWaiting(known.parentCommentId, (ids) => ids.delete(id));
  if (known) countReply(known, -1);
  patchPost(postId, ({ commentCount }) => ({ commentCount: Math.max(0, commentCount - 1) }));
}

/**
 * While `active`, keeps a post and its comments as they are: from now on, or, with comments that have just been read,
 * from before they were. (`null`: nobody knows where that was, so they are read again once the stream is live.)
 */
export function useLivePost(postId: string, active: boolean, cursor?: string | null): void {
  useEffect(() => {
    if (!active || isPending(postId)) return;
    const meId = client.session.state.user?.id ?? null;
    const subscription = client.follow.post(postId, cursor ? { cursor } : {});
    subscription.subscribe((event) => apply(event, postId, meId));
    subscription.ready
      .then(async () => {
        if (cursor === null) await queryClient.invalidateQueries({ queryKey: keys.comments(postId) });
      })
      .catch(() => {}); // why it ended, what is shown says
    return () => subscription.close();
  }, [postId, active, cursor]);
}
