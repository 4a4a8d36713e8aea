import { type Comment, type CommentPage, type CommentPlace, createCommentCache, NewFeedError, type Pending } from "@newfeed/client";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import { showProblem } from "../components/toasts.tsx";
import { t } from "../texts/texts.ts";
import { client, refetch } from "./client.ts";
import { type CommentOrder, commentOrder } from "./comment-order.ts";
import { useEntity, useObservable } from "./hooks.ts";
import { keys } from "./keys.ts";
import { createLists, useList } from "./lists.ts";
import { patchPost } from "./posts.ts";
import { createWaiting } from "./waiting.ts";

const lists = createLists<Comment, CommentPage>();

/** Replies that wait to be shown, by the comment that they answer, and comments that the reader has not come to, by their post. */
export const waiting = createWaiting();

const keyOf = ({ postId, parentCommentId }: CommentPlace) =>
  parentCommentId === null ? keys.comments(postId, commentOrder.state) : keys.replies(parentCommentId);

export const comments = createCommentCache(client, {
  // What more than a reader's list waits for is fetched when they ask for it.
  listOf: (place) => (waiting.isFull(place.parentCommentId ?? place.postId) ? undefined : lists.find(keyOf(place))),
  held: lists.held,
  counted: (postId, by) => patchPost(postId, ({ commentCount }) => ({ commentCount: Math.max(0, commentCount + by) })),
});

/** The comment as it is known now; `deleted` while only its place is left. */
export const useComment = (id: string): Comment | null | undefined => useEntity(comments.store, id);

/** A React key that stays the same while a comment is sent and afterwards. */
export const commentKey = comments.outbox.keyOf;

const listAt = (place: CommentPlace, order: CommentOrder = "newest") =>
  lists.open(keyOf(place), { order, store: comments.store, fetch: (query, options) => comments.fetch(place, query, options) });

/** Comments of a post in the reader's order, page by page; fetched on every visit, and live from there (`streamCursor`). */
export const useComments = (postId: string, order: CommentOrder) => useList(listAt({ postId, parentCommentId: null }, order), { refetchOnMount: "always" });

/** Replies to a comment, newest first; fetched when they are opened. */
export const useReplies = (postId: string, commentId: string) => useList(listAt({ postId, parentCommentId: commentId }));

/** Shows the replies to a comment that wait. */
export function showReplies(commentId: string): void {
  if (waiting.isFull(commentId)) void refetch(keys.replies(commentId));
  waiting.clear(commentId);
}

/** The user's comments for a place that are being sent, oldest first. */
export function usePendingComments({ postId, parentCommentId }: CommentPlace): readonly Pending<Comment>[] {
  const all = useObservable(comments.outbox);
  return useMemo(() => all.filter(({ item }) => item.postId === postId && item.parentCommentId === parentCommentId), [all, postId, parentCommentId]);
}

/** Where to follow a post from: the position of this visit's first fetch, so that later ones do not restart the stream. Undefined until then. */
export function useStreamCursor({ streamCursor, isFetchedAfterMount }: ReturnType<typeof useComments>): string | null | undefined {
  const cursor = useRef<string | null>(undefined);
  if (isFetchedAfterMount && cursor.current === undefined) cursor.current = streamCursor;
  return cursor.current;
}

/** Likes or unlikes at once; takes that back, with a message, when it is refused. */
export const setCommentLiked = (id: string, liked: boolean): Promise<void> =>
  comments.setLiked(id, liked).catch((error: unknown) => showProblem(liked ? t.post.likeFailed : t.post.unlikeFailed, error));

export const deleteComment = (comment: Comment): Promise<void> =>
  comments.remove(comment).catch((error: unknown) => showProblem(t.comments.deleteFailed, error));

interface Fetched {
  /** Not there: deleted, or of another post. */
  isGone: boolean;
  /** Those above it, the nearest last, for `useComment`. */
  ancestors: readonly string[];
  hasEarlier: boolean;
}
const gone: Fetched = { isGone: true, ancestors: [], hasEarlier: false };

/** Fetches a comment by itself, with those above it, for `useComment`. */
export const useFetchedComment = (postId: string, id: string, enabled: boolean): Fetched | undefined =>
  useQuery({
    queryKey: keys.comment(id),
    queryFn: async ({ signal }): Promise<Fetched> => {
      const thread = await client.comments.thread(id, { signal }).catch((error: unknown) => {
        if (error instanceof NewFeedError && error.status === 404) return null;
        throw error;
      });
      if (thread?.comment.postId !== postId) return gone;
      for (const each of [...thread.ancestors, thread.comment]) comments.store.merge(each);
      return { isGone: false, ancestors: thread.ancestors.map((each) => each.id), hasEarlier: thread.hasEarlier };
    },
    enabled,
  }).data;
