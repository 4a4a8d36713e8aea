import type { EventPost } from "@newfeed/shared/contracts/event-data.ts";
import type { CommentId, PostId } from "@newfeed/shared/contracts/ids.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { editCommentOfGroup, editComment as editOwn } from "./batch-statements.ts";
import { excerptOf } from "./excerpt.ts";
import * as posts from "./post-statements.ts";

/**
 * What notifications show of a post from now on, unless a newer state is known. What nobody else may read is not kept, nor is
 * what stands behind a warning.
 */
export async function savePost(query: Query, { id, author, visibility, status, title, content, contentWarning, revision }: EventPost): Promise<void> {
  const isPublished = status === "published";
  const texts = isPublished && contentWarning === null ? { title, content: excerptOf(content) } : { title: null, content: "" };
  await query(posts.savePost, { id, authorId: author.id, visibility, status, ...texts, contentWarning: isPublished ? contentWarning : null, revision });
}

/** Forgets deleted posts. */
export async function forgetPosts(query: Query, postIds: readonly PostId[]): Promise<void> {
  await query(posts.forgetPosts, { postIds });
}

/** Those of these posts that everybody may see. */
export async function findPublicPosts(query: Query, ids: readonly PostId[]): Promise<Set<PostId>> {
  if (ids.length === 0) return new Set();
  return new Set((await query(posts.findPublicPosts, { ids })).map(({ id }) => id));
}

/** Whether a post may have been public until this revision: known here as public at an older one, or not at all (it may be older than what is kept here). */
export async function mayHaveBeenPublic(query: Query, id: PostId, before: number): Promise<boolean> {
  const [post] = await query(posts.mayBePublic, { id, before });
  return post?.possible ?? true;
}

/** Replaces the text of a comment in all notifications about it. Returns the unread ones. */
export async function editComment(query: Query, commentId: CommentId, content: string) {
  const edited = await Promise.all([editOwn, editCommentOfGroup].map((edit) => query(edit, { commentId, content })));
  return edited.flat();
}
