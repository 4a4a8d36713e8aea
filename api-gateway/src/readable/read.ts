import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { CommentId, PostId } from "@newfeed/shared/contracts/ids.ts";
import type { Language } from "@newfeed/shared/contracts/languages.ts";
import { commentRoutes } from "@newfeed/shared/contracts/routes/comments.ts";
import { postRoutes } from "@newfeed/shared/contracts/routes/posts.ts";
import { queryRoutes } from "@newfeed/shared/contracts/routes/query.ts";
import { userRoutes } from "@newfeed/shared/contracts/routes/users.ts";
import type { ServiceClient } from "@newfeed/shared/ports/service-client.ts";
import { commentPage } from "./comment-page.ts";
import { postPage, profilePage, type ReadablePage } from "./page.ts";

/** Longer than the parts behind usually take, and shorter than a person's patience. */
const patienceMs = 1_000;
const most = 20;

/** What a visitor may read at an address; `nobody` where it is the profile of no user, or no comment that they may see; null where that is nothing, or not known in time. */
export type Readable = ReadablePage | "nobody" | null;

/**
 * Reads what a visitor may read. Where it is null the plain document is served, and its script finds out. Services are always
 * asked as for a visitor, so that an answer is the same for all.
 */
export type Read = (path: string, language: Language, callAsVisitor: ServiceClient) => Promise<Readable>;

const postForm = /^\/posts\/([^/]+)\/?$/;
const commentForm = /^\/posts\/([^/]+)\/comments\/([^/]+)\/?$/;
const profileForm = /^\/@([^/]+)\/?$/;

/** Does a path lead to what may be read without scripts? */
export const isReadable = (path: string): boolean => postForm.test(path) || commentForm.test(path) || profileForm.test(path);

/** The post or the profile that a path leads to. */
export function shownAt(path: string): { id: PostId } | { username: string } | null {
  const post = queryRoutes.postAggregate.params.safeParse({ id: postForm.exec(path)?.[1] });
  if (post.success) return post.data;
  const profile = userRoutes.userByUsername.params.safeParse({ username: profileForm.exec(path)?.[1] });
  return profile.success ? profile.data : null;
}

function nullIfNotFound(error: unknown): null {
  if (error instanceof Problem && error.code === "not_found") return null;
  throw error;
}

/** The comment that a path leads to; `nobody` for one whose ids are none. */
function commentAt(path: string): { postId: PostId; commentId: CommentId } | "nobody" | null {
  const match = commentForm.exec(path);
  if (!match) return null;
  const [post, comment] = [postRoutes.getPost.params.safeParse({ id: match[1] }), commentRoutes.getComment.params.safeParse({ id: match[2] })];
  return post.success && comment.success ? { postId: post.data.id, commentId: comment.data.id } : "nobody";
}

/** A comment of a public post, as a visitor sees it. */
async function readComment(
  { postId, commentId }: { postId: PostId; commentId: CommentId },
  call: ServiceClient,
  signal: AbortSignal,
  origin: string,
  language: Language,
): Promise<Readable> {
  const query = { parentCommentId: commentId, order: "oldest", limit: most } as const;
  const read = await Promise.all([
    call(postRoutes.getPost, { params: { id: postId } }, { signal }),
    call(commentRoutes.getCommentThread, { params: { id: commentId } }, { signal }),
    call(commentRoutes.listPostComments, { params: { id: postId }, query }, { signal }),
  ]).catch(nullIfNotFound);
  if (!read) return "nobody";
  const [post, thread, replies] = read;
  if (post.visibility !== "public" || thread.comment.postId !== postId) return "nobody";
  return commentPage({ post, thread, replies }, origin, language) ?? "nobody";
}

/** `origin` is that of canonical addresses. */
export const createRead =
  (origin: string): Read =>
  async (path, language, call) => {
    const signal = AbortSignal.timeout(patienceMs);
    const comment = commentAt(path);
    if (comment) return comment === "nobody" ? comment : readComment(comment, call, signal, origin, language);
    const shown = shownAt(path);
    if (!shown) return profileForm.test(path) ? "nobody" : null;
    if ("id" in shown) {
      const aggregate = await call(queryRoutes.postAggregate, { params: shown }, { signal });
      const { post } = aggregate;
      if (post.visibility !== "public") return null;
      const quotedPost = post.quotedPostId && (await call(postRoutes.getPost, { params: { id: post.quotedPostId } }, { signal }).catch(nullIfNotFound));
      return postPage({ ...aggregate, post: { ...post, quotedPost } }, origin, language);
    }
    const user = await call(userRoutes.userByUsername, { params: shown }, { signal }).catch(nullIfNotFound);
    if (!user) return "nobody";
    const [{ data }, { post: pinned }] = await Promise.all([
      call(postRoutes.listUserPosts, { params: { id: user.id }, query: { limit: most } }, { signal }),
      call(postRoutes.pinnedPost, { params: { id: user.id } }, { signal }),
    ]);
    return profilePage(user, { pinned, newest: data.filter(({ id }) => id !== pinned?.id) }, origin, language);
  };
