import { type Comment, newMutationId } from "@newfeed/client";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { showProblem } from "../components/toasts.tsx";
import { client, queryClient } from "./client.ts";
import { keys } from "./keys.ts";
import { type IdPage, idsOf, nextPage, putFirst, rename, takeOut } from "./lists.ts";
import { isPending, patchPost, pendingId } from "./posts.ts";

/** `gone`: deleted while somebody looked; its place is kept until the list is fetched again. */
export type KeptComment = Comment & { gone?: boolean };
type StreamComment = Omit<Comment, "likedByMe"> & { likedByMe?: boolean };

/** Keeps a comment wherever it came from: what is newer wins. What a live event does not say, stays. */
export function keepComment(comment: StreamComment): string {
  queryClient.setQueryData<KeptComment>(keys.comment(comment.id), (known) =>
    known?.gone || (known && known.revision > comment.revision) ? known : { ...comment, likedByMe: comment.likedByMe ?? known?.likedByMe ?? false },
  );
  return comment.id;
}

const patchComment = (id: string, patch: (comment: KeptComment) => Partial<KeptComment>) =>
  queryClient.setQueryData<KeptComment>(keys.comment(id), (comment) => comment && { ...comment, ...patch(comment) });

export const keptComment = (id: string) => queryClient.getQueryData<KeptComment>(keys.comment(id));

export function useKeptComment(id: string): KeptComment | undefined {
  return useQuery<KeptComment>({
    queryKey: keys.comment(id),
    queryFn: () => client.comments.get(id),
    enabled: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  }).data;
}

/** Where a post's stream was before its comments were read. */
const cursors = new Map<string, string | null>();

/** Comments of a post, newest first, page by page; read anew by whoever comes to them, and live from there (`streamCursor`). */
export const useComments = (postId: string, enabled = true) =>
  useInfiniteQuery({
    queryKey: keys.comments(postId),
    queryFn: async ({ pageParam, signal }): Promise<IdPage> => {
      const { data, pageInfo, streamCursor } = await client.comments.list(postId, pageParam ? { cursor: pageParam } : {}, { signal });
      if (!pageParam) cursors.set(postId, streamCursor);
      return { ids: data.map(keepComment), pageInfo };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextPage,
    select: idsOf,
    enabled: enabled && !isPending(postId),
    refetchOnMount: "always",
    refetchOnWindowFocus: false,
  });

/** Where to follow a post from; undefined while that is not known. */
export function useStreamCursor(postId: string, isFetchedAfterMount: boolean): string | null | undefined {
  const cursor = useRef<string | null>(undefined);
  // Of the first page that was read here: later ones do not begin anew.
  if (isFetchedAfterMount && cursor.current === undefined) cursor.current = cursors.get(postId);
  return cursor.current;
}

/** Replies to a comment, newest first; read when somebody opens them. */
export const useReplies = (postId: string, commentId: string, enabled: boolean) =>
  useInfiniteQuery({
    queryKey: keys.replies(commentId),
    queryFn: async ({ pageParam, signal }): Promise<IdPage> => {
      const query = { parentCommentId: commentId, ...(pageParam && { cursor: pageParam }) };
      const { data, pageInfo } = await client.comments.list(postId, query, { signal });
      return { ids: data.map(keepComment), pageInfo };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextPage,
    select: idsOf,
    enabled,
    refetchOnWindowFocus: false,
  });

const listOf = ({ postId, parentCommentId }: Pick<Comment, "postId" | "parentCommentId">) =>
  parentCommentId ? keys.replies(parentCommentId) : keys.comments(postId);

/** A comment that is there: it takes the place of the one that was shown while it was on its way. True: it was not known. */
export function landComment(comment: StreamComment): boolean {
  const isNew = keptComment(comment.id) === undefined;
  keepComment(comment);
  const list = listOf(comment);
  if (comment.clientMutationId) rename(list, pendingId(comment.clientMutationId), comment.id);
  putFirst(list, comment.id);
  return isNew;
}

export interface NewComment {
  postId: string;
  parentCommentId: string | null;
  content: string;
}

/** Shows a comment at once, and takes it back when it is refused: then it rejects, so that the text is given back. */
export async function writeComment(author: NonNullable<Comment["author"]>, { postId, parentCommentId, content }: NewComment): Promise<void> {
  const clientMutationId = newMutationId();
  const id = pendingId(clientMutationId);
  const list = listOf({ postId, parentCommentId });
  const now = new Date().toISOString();
  keepComment({
    ...{ id, postId, parentCommentId, author, content, clientMutationId, deleted: false, likeCount: 0, replyCount: 0, likedByMe: false },
    ...{ createdAt: now, updatedAt: now, revision: 1 },
  });
  putFirst(list, id);
  try {
    const comment = await client.comments.create(postId, { content, clientMutationId, ...(parentCommentId && { parentCommentId }) });
    if (!landComment(comment)) return;
    countReply(comment, 1);
    patchPost(postId, ({ commentCount }) => ({ commentCount: commentCount + 1 }));
  } catch (error) {
    takeOut(list, id);
    throw error;
  }
}

/** The number of replies that a comment shows it has. */
export function countReply({ parentCommentId }: Pick<Comment, "parentCommentId">, by: number): void {
  if (parentCommentId) patchComment(parentCommentId, ({ replyCount }) => ({ replyCount: Math.max(0, replyCount + by) }));
}

export async function setCommentLiked(comment: Comment, liked: boolean): Promise<void> {
  const change = (to: boolean) =>
    patchComment(comment.id, (known) => (known.likedByMe === to ? {} : { likedByMe: to, likeCount: Math.max(0, known.likeCount + (to ? 1 : -1)) }));
  change(liked);
  try {
    const { likeCount } = await (liked ? client.comments.like(comment.id) : client.comments.unlike(comment.id));
    patchComment(comment.id, () => ({ likeCount }));
  } catch (error) {
    change(!liked);
    showProblem(liked ? "Your like was not saved." : "Your like is still there.", error);
  }
}

/** Deleted somewhere, or no longer to be seen: its words go at once, its place is kept so that nothing moves. */
export function markGone(commentId: string): void {
  patchComment(commentId, () => ({ gone: true, content: "" }));
}

export async function editComment(id: string, content: string): Promise<void> {
  keepComment(await client.comments.update(id, content));
}

export async function removeComment(comment: Comment): Promise<void> {
  markGone(comment.id);
  // With replies it stays, empty.
  if (comment.replyCount === 0) takeOut(listOf(comment), comment.id);
  try {
    await client.comments.delete(comment.id);
    patchPost(comment.postId, ({ commentCount }) => ({ commentCount: Math.max(0, commentCount - 1) }));
    countReply(comment, -1);
  } catch (error) {
    queryClient.setQueryData<KeptComment>(keys.comment(comment.id), comment);
    void queryClient.invalidateQueries({ queryKey: listOf(comment) });
    showProblem("The comment was not deleted.", error);
  }
}
