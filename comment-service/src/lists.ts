import type { Comment, UserComment } from "@newfeed/shared/contracts/dto.ts";
import type { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Page, PageQuery } from "@newfeed/shared/contracts/primitives.ts";
import type { CommentQuery } from "@newfeed/shared/contracts/routes/comments.ts";
import { fetchSizes, type Key, pageOf, sizeOf, windowOf } from "@newfeed/shared/store/cursors.ts";
import { toComment } from "./comment.ts";
import { keyOf, type Listing, pageReader } from "./ordered-pages.ts";
import type { ServiceClients } from "./service-clients.ts";
import type { Store } from "./store.ts";
import type { TwoWayPage } from "./two-way-page.ts";

/**
 * One page of a post's top-level comments, or of the direct replies to a comment, in one of their orders. `streamCursor` is read before
 * the page: what is written in between comes twice, never not at all. Throws `not_found` for a post that the viewer may not see, and for
 * an `around` that is not in the list.
 */
export async function listComments(
  { store, clients }: { store: Listing; clients: Pick<ServiceClients, "visiblePost" | "streamCursor"> },
  viewerId: UserId | null,
  postId: PostId,
  query: CommentQuery,
): Promise<TwoWayPage<Comment> & { streamCursor: string | null; mayComment: boolean }> {
  const readPage = pageReader(query);
  const [streamCursor, { mayComment }] = await Promise.all([clients.streamCursor(postId), clients.visiblePost(viewerId, postId)]);
  const page = await readPage(store, { viewerId, postId, parentCommentId: query.parentCommentId ?? null });
  return { ...page, streamCursor, mayComment };
}

/** A page looks at those that may fill it, and then three times at a hundred more. */
const rounds = [fetchSizes[0], ...Array.from({ length: 3 }, () => fetchSizes[1])] as const;

/**
 * A page of a user's comments, newest first: those under posts that the viewer may see, with these. It looks at some hundred at most; where
 * too few of them show, the page is short, and has a next one. Throws `not_found` when there is no such user.
 */
export async function listUserComments(
  { store, clients }: { store: Pick<Store, "writtenBy">; clients: Pick<ServiceClients, "commentedPosts" | "requireUser"> },
  viewerId: UserId | null,
  authorId: UserId,
  query: PageQuery,
): Promise<Page<UserComment>> {
  const window = windowOf(query);
  let { before, after } = window;
  const rows: UserComment[] = [];
  let end: Key | null = null;
  for (const size of rounds) {
    const take = Math.max(size, window.take);
    const written = await store.writtenBy(viewerId, authorId, { before, after, take, skip: 0 });
    const last = written.at(-1);
    const postIds = written.map(({ postId }) => postId);
    const posts = last ? await clients.commentedPosts(viewerId, authorId, postIds) : null;
    // Nothing, or nothing that this viewer sees of the author's.
    if (!last || !posts) {
      end = null;
      break;
    }
    const byId = new Map(posts.map((post) => [post.id, post]));
    rows.push(
      ...written.flatMap((comment) => {
        const post = byId.get(comment.postId);
        // Others do not see what moderators hold.
        return post && !comment.deletedAt ? [{ ...toComment(comment), post }] : [];
      }),
    );
    end = written.length < sizeOf(take) ? null : keyOf(last);
    if (!end || rows.length >= window.take) break;
    if (after) after = end;
    else before = end;
  }
  if (rows.length === 0) await clients.requireUser(authorId);
  return pageOf(
    { rows, end },
    window,
    ({ createdAt, id }) => ({ at: new Date(createdAt), id }),
    (comment) => comment,
  );
}

/** The first pages of several lists in one query: one page an id, empty ones too. The caller has checked who may see the posts. */
export async function firstPages(
  store: Pick<Store, "firstPages">,
  { viewer, of, ids, limit }: { viewer: UserId | null; of: "post" | "comment"; ids: readonly string[]; limit: number },
): Promise<(Page<Comment> & { id: string })[]> {
  const lists = await store.firstPages(viewer, of, ids, limit + 1);
  return [...new Set(ids)].map((id) => ({ id, ...pageOf(lists.get(id) ?? { rows: [], end: null }, { limit }, keyOf, toComment) }));
}
