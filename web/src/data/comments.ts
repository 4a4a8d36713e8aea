import { type Comment, type CommentOrder, type CommentPage, type CommentPlace, createCommentCache, NewFeedError, type Pending } from "@newfeed/client";
import { type QueryKey, useQuery } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import { showProblem } from "../components/toasts.tsx";
import { t } from "../texts/texts.ts";
import { client, queryClient, refetch } from "./client.ts";
import { commentOrder } from "./comment-order.ts";
import { useEntity, useObservable } from "./hooks.ts";
import { keys } from "./keys.ts";
import { createLists, useList } from "./lists.ts";
import { patchPost } from "./posts.ts";
import { createWaiting } from "./waiting.ts";

const lists = createLists<Comment, CommentPage>();

/** Replies that wait to be shown, by the comment that they answer, and comments that the reader has not come to, by their post. */
export const waiting = createWaiting();

/** What a place is called by itself: its post's, or that of the comment answered. */
export const placeId = ({ postId, parentCommentId }: CommentPlace): string => parentCommentId ?? postId;

const keyOf = ({ postId, parentCommentId }: CommentPlace, order: CommentOrder) =>
  parentCommentId === null ? keys.comments(postId, order) : keys.replies(parentCommentId, order);

/** The loaded lists of a place: replies may be shown below their comment, and on its page. */
const listsAt = (place: CommentPlace) =>
  [keyOf(place, commentOrder.state), ...(place.parentCommentId === null ? [] : [keys.replies(place.parentCommentId)])].flatMap((key) => lists.find(key) ?? []);

export const comments = createCommentCache(client, {
  // What more than a reader's list waits for is fetched when they ask for it.
  listsOf: (place) => (waiting.isFull(placeId(place)) ? [] : listsAt(place)),
  held: lists.held,
  counted: (postId, by) => patchPost(postId, ({ commentCount }) => ({ commentCount: Math.max(0, commentCount + by) })),
});

/** The comment as it is known now; `deleted` while only its place is left. */
export const useComment = (id: string): Comment | null | undefined => useEntity(comments.store, id);

/** A React key that stays the same while a comment is sent and afterwards. */
export const commentKey = comments.outbox.keyOf;

const listAt = (queryKey: QueryKey, place: CommentPlace, order: CommentOrder) =>
  lists.open(queryKey, { order, store: comments.store, fetch: (query, options) => comments.fetch(place, query, options) });

/** Comments of a post, or replies to a comment, in the reader's order, page by page; fetched on every visit, and live from there (`streamCursor`). */
export const useComments = (place: CommentPlace, order: CommentOrder) => useList(listAt(keyOf(place, order), place, order), { refetchOnMount: "always" });

/** Fetches a list from its beginning, once it is empty. */
export const resetComments = (place: CommentPlace, order: CommentOrder): Promise<void> => queryClient.resetQueries({ queryKey: keyOf(place, order) });

/** Its next visit begins anew. */
export const forgetComments = (place: CommentPlace, order: CommentOrder): void => queryClient.removeQueries({ queryKey: keyOf(place, order) });

/** Replies to a comment below it, newest first; fetched when they are opened. */
export const useReplies = (postId: string, commentId: string) => useList(listAt(keys.replies(commentId), { postId, parentCommentId: commentId }, "newest"));

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
export const useFetchedComment = (postId: string, id: string) =>
  useQuery({
    queryKey: keys.comment(id),
    queryFn: async ({ signal }): Promise<Fetched> => {
      const take = comments.store.fetching();
      const thread = await client.comments.thread(id, { signal }).catch((error: unknown) => {
        if (error instanceof NewFeedError && (error.status === 404 || error.code === "validation_failed")) return null;
        throw error;
      });
      if (thread?.comment.postId !== postId) return gone;
      take([...thread.ancestors, thread.comment]);
      return { isGone: false, ancestors: thread.ancestors.map((each) => each.id), hasEarlier: thread.hasEarlier };
    },
    refetchOnMount: "always",
  });
