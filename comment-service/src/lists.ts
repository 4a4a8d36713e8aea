import type { Comment } from "@newfeed/shared/contracts/dto.ts";
import type { CommentId, PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Page, PageQuery } from "@newfeed/shared/contracts/primitives.ts";
import { pageOf, windowOf } from "@newfeed/shared/store/cursors.ts";
import { toComment } from "./comment.ts";
import type { ServiceClients } from "./service-clients.ts";
import type { Store, StoredComment } from "./store.ts";

const keyOf = ({ createdAt, id }: StoredComment) => ({ at: createdAt, id });

/**
 * One page of a post's top-level comments, or of the direct replies to a comment, newest first or oldest first. `streamCursor` is read before
 * the page: what is written in between comes twice, never not at all. Throws `not_found` for a post that the viewer may not see.
 */
export async function listComments(
  { store, clients }: { store: Pick<Store, "list">; clients: Pick<ServiceClients, "visiblePost" | "streamCursor"> },
  viewerId: UserId | null,
  postId: PostId,
  { parentCommentId, ...query }: PageQuery & { parentCommentId?: CommentId | undefined; order?: "newest" | "oldest" | undefined },
): Promise<Page<Comment> & { streamCursor: string | null; mayComment: boolean }> {
  const window = windowOf(query);
  const [streamCursor, { mayComment }] = await Promise.all([clients.streamCursor(postId), clients.visiblePost(viewerId, postId)]);
  const listed = await store.list({ viewerId, postId, parentCommentId: parentCommentId ?? null }, window);
  return { ...pageOf(listed, window, keyOf, toComment), streamCursor, mayComment };
}

/** The first pages of several lists in one query: one page an id, empty ones too. The caller has checked who may see the posts. */
export async function firstPages(
  store: Pick<Store, "firstPages">,
  { viewer, of, ids, limit }: { viewer: UserId | null; of: "post" | "comment"; ids: readonly string[]; limit: number },
): Promise<(Page<Comment> & { id: string })[]> {
  const lists = await store.firstPages(viewer, of, ids, limit + 1);
  return [...new Set(ids)].map((id) => ({ id, ...pageOf(lists.get(id) ?? { rows: [], end: null }, { limit }, keyOf, toComment) }));
}
