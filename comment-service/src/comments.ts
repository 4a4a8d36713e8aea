import type { Comment } from "@newfeed/shared/contracts/dto.ts";
import { invalidField, Problem } from "@newfeed/shared/contracts/errors.ts";
import { asCommentId, type CommentId, type PostId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import type { CommentThread, CreateComment } from "@newfeed/shared/contracts/routes/comments.ts";
import type { Idempotency } from "@newfeed/shared/ports/idempotency.ts";
import { nothingWaits, type Waits } from "@newfeed/shared/store/trust.ts";
import { v7 as uuidv7 } from "uuid";
import { toComment } from "./comment.ts";
import { deletedEvent, writtenEvent } from "./events.ts";
import type { ServiceClients } from "./service-clients.ts";
import type { Operations, Store } from "./store.ts";

/** Locks the comment that is answered. Throws `validation_failed` for a parent that cannot be, `not_found` for one that a block hides. */
async function answeredComment(operations: Operations, postId: PostId, parentCommentId: CommentId, userId: UserId) {
  const answered = await operations.lockAnswered(parentCommentId, userId);
  if (!answered || answered.deletedAt || answered.postId !== postId) throw invalidField("parentCommentId", "is not a comment of this post");
  if (answered.hidden) throw new Problem("not_found");
  return answered;
}

/**
 * Writes a comment or a reply. What `waits` for a moderator is its author's alone until it is approved. The same `clientMutationId` again answers the comment that it made, as does the same
 * idempotency key. Throws `not_found` when the author may not see the post or the comment answered, `comments_restricted` when
 * the post's author does not take their comments, and `validation_failed` when that comment is not one of the post's.
 */
export async function createComment(
  {
    store,
    clients,
    waits = nothingWaits,
  }: { store: Pick<Store, "transaction">; clients: Pick<ServiceClients, "visiblePost" | "ensureAuthor" | "mentionedIn">; waits?: Waits },
  userId: UserId,
  { postId, content, parentCommentId, clientMutationId }: CreateComment,
  idempotency?: Idempotency,
): Promise<Comment> {
  const [post, mentionedUserIds] = await Promise.all([clients.visiblePost(userId, postId), clients.mentionedIn(content, userId)]);
  const write = () =>
    store.transaction(async (operations) => {
      const earlier = clientMutationId && (await operations.commentOfMutation(userId, clientMutationId));
      if (earlier) return toComment(earlier);
      if (!post.mayComment) throw new Problem("comments_restricted");
      const { now, author, deleted } = await operations.lockForWriting(userId, postId);
      if (!author) throw new AuthorMissing();
      if (deleted) throw new Problem("not_found", { internal: "the post was deleted meanwhile" });
      const answered = parentCommentId ? await answeredComment(operations, postId, parentCommentId, userId) : null;
      const held = (await waits(operations)) ? ("pending" as const) : null;
      const comment = {
        id: asCommentId(uuidv7()),
        postId,
        parentCommentId: answered?.id ?? null,
        rootCommentId: answered ? (answered.rootCommentId ?? answered.id) : null,
        depth: answered ? answered.depth + 1 : 0,
        parentAuthorId: answered?.authorId ?? null,
        authorId: userId,
        content,
        clientMutationId: clientMutationId ?? null,
        mentionedUserIds,
        held,
        createdAt: now,
      };
      const created = {
        ...comment,
        author,
        deletedAt: null,
        likeCount: 0,
        replyCount: 0,
        updatedAt: now,
        revision: 1,
        moderation: null,
        likedByMe: false,
      };
      const event = writtenEvent("comment.created", created, post, userId);
      operations.createComment({ ...comment, postAuthorId: post.authorId, visibility: post.visibility }, [event]);
      return toComment(created);
    }, idempotency);
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof AuthorMissing)) throw error;
    // A user who signed up a moment ago is not here yet.
    await clients.ensureAuthor(userId);
    return await write();
  }
}

/** The writer's snapshot is not here: not yet, or not any more. */
class AuthorMissing extends Problem {
  constructor() {
    super("unauthenticated", { internal: "the account is gone" });
  }
}

interface Reach {
  store: Pick<Store, "find">;
  clients: Pick<ServiceClients, "visiblePost">;
}

/** A comment with its post, of any author. Throws `not_found` when there is none, or the viewer may not see the post. */
async function reach({ store, clients }: Reach, viewerId: UserId | null, commentId: CommentId) {
  const comment = await store.find(commentId, viewerId);
  if (!comment) throw new Problem("not_found");
  return { comment, post: await clients.visiblePost(viewerId, comment.postId) };
}

/** A comment that this viewer may see, tombstones too. Throws `not_found`. */
export async function visibleComment(from: Reach, viewerId: UserId | null, commentId: CommentId) {
  const reached = await reach(from, viewerId, commentId);
  if (reached.comment.hidden) throw new Problem("not_found");
  return reached;
}

/** A comment with the nearest above it, the nearest last. Throws `not_found`. */
export async function commentThread(from: Reach & { store: Pick<Store, "ancestors"> }, viewerId: UserId | null, commentId: CommentId): Promise<CommentThread> {
  const [{ comment }, { rows, hasMore }] = await Promise.all([visibleComment(from, viewerId, commentId), from.store.ancestors(commentId, viewerId)]);
  return { comment: toComment(comment), ancestors: rows.toReversed().map(toComment), hasEarlier: hasMore };
}

/** Changes a comment of the user's own. What `waits` for a moderator is its author's alone until it is approved. Throws `not_found`, `not_owner`. */
export async function updateComment(
  {
    store,
    clients,
    waits = nothingWaits,
  }: { store: Pick<Store, "find" | "transaction">; clients: Pick<ServiceClients, "visiblePost" | "mentionedIn">; waits?: Waits },
  userId: UserId,
  commentId: CommentId,
  content: string,
): Promise<Comment> {
  const { comment, post } = await visibleComment({ store, clients }, userId, commentId);
  if (comment.deletedAt) throw new Problem("not_found");
  if (comment.authorId !== userId) throw new Problem("not_owner");
  const mentionedUserIds = await clients.mentionedIn(content, userId, comment.mentionedUserIds);
  return store.transaction(async (operations) => {
    await operations.lockLiving(commentId);
    if (content !== comment.content) await operations.keepVersion(commentId);
    const updated = await operations.updateComment(commentId, userId, {
      content,
      mentionedUserIds,
      visibility: post.visibility,
      waits: await waits(operations),
    });
    if (!updated) throw new Problem("not_found", { internal: "it was deleted meanwhile" });
    await operations.enqueue(writtenEvent("comment.updated", updated, post, userId));
    return toComment(updated);
  });
}

/**
 * Deletes a comment: its author may, also where they no longer see the post, and the author of the post it stands
 * under (whatever block is between the two).
 * `comment.deleted` is published now, once, also when a tombstone stays: the tombstone that goes with its last reply
 * was deleted, and counted, before. Throws `not_found`, `not_owner`.
 */
export async function deleteComment(
  { store, clients }: { store: Pick<Store, "find" | "transaction">; clients: Pick<ServiceClients, "visiblePost"> },
  userId: UserId,
  commentId: CommentId,
): Promise<void> {
  const comment = await store.find(commentId, userId);
  if (!comment || comment.deletedAt) throw new Problem("not_found");
  if (comment.authorId !== userId) {
    const post = await clients.visiblePost(userId, comment.postId);
    if (post.authorId !== userId) throw new Problem(comment.hidden ? "not_found" : "not_owner");
  }
  await store.transaction(async (operations) => {
    const [removed] = await operations.removeComments([commentId]);
    if (!removed) throw new Problem("not_found", { internal: "it was deleted meanwhile" });
    await operations.enqueue(deletedEvent(removed, userId));
  });
}
