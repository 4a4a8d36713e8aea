import type { NewFeedClient } from "./client.ts";
import { createEntityStore, type EntityStore, type EntityStoreOptions } from "./entity-store.ts";
import { createLikes } from "./likes.ts";
import type { LiveComment, PostEvent } from "./live/events.ts";
import type { MergedList } from "./merged-list.ts";
import { createOutbox, type Outbox } from "./outbox.ts";
import type { Account, CallOptions, Comment, CommentPage, CommentQuery } from "./types.ts";

/** Which list a comment stands in: its post's, or that of the comment it replies to. */
export type CommentPlace = Pick<Comment, "postId" | "parentCommentId">;

type List = Pick<MergedList<Comment>, "upsert" | "dropPlace">;

/** Comments, wherever they are shown: what is known of each, what is pending, and what happens to them. */
export interface CommentCache {
  readonly store: EntityStore<Comment>;
  /** Comments written here and not confirmed yet; the `id` of each is its `clientMutationId`. */
  readonly outbox: Outbox<Comment>;
  /** A page of a list, for a `PagedList` on this `store`. */
  fetch(place: CommentPlace, query: CommentQuery, options?: CallOptions): Promise<CommentPage>;
  /** Applies what a post's stream says of comments. Returns those that are new, or removed, and were not so before. */
  apply(event: PostEvent): Comment[];
  /**
   * Shown in the `outbox` at once; rejects with the reason when it is refused, and is not shown any more then. With the
   * `clientMutationId` of an earlier attempt, what that has written is not written again.
   */
  write(place: CommentPlace, content: string, clientMutationId?: string): Promise<Comment>;
  edit(id: string, content: string): Promise<void>;
  setLiked(id: string, liked: boolean): Promise<void>;
  /** Gone at once, with its place unless it has replies; back, as the call rejects, when that is refused. */
  remove(comment: Comment): Promise<void>;
  /** Forgets everything, for another user. */
  clear(): void;
}

export interface CommentCacheOptions extends EntityStoreOptions {
  /** The lists of a place that are loaded. */
  listsOf(place: CommentPlace): readonly List[];
  /** A post has a comment more (1) or less (-1), counted once for each, whichever way the news came. */
  counted?(postId: string, by: 1 | -1): void;
}

const authorOf = ({ id, username, fullName }: Account) => ({ id, username, fullName, avatarUrl: null });

/** What stays of a comment: its words and author go at once; its place stays, so that nothing moves under a reader. */
const remains: Partial<Comment> = { content: "", author: null, deleted: true, likeCount: 0, likedByMe: false };

export function createCommentCache(
  client: Pick<NewFeedClient, "comments" | "session">,
  { listsOf, counted = () => {}, ...options }: CommentCacheOptions,
): CommentCache {
  const store = createEntityStore<Comment>(options);
  const outbox = createOutbox<Comment>(place);
  const setLiked = createLikes(store, (id, liked) => (liked ? client.comments.like(id) : client.comments.unlike(id)));

  function count({ postId, parentCommentId }: CommentPlace, by: 1 | -1): void {
    if (parentCommentId !== null) store.patch(parentCommentId, ({ replyCount }) => ({ replyCount: Math.max(0, replyCount + by) }));
    counted(postId, by);
  }

  function place(comment: LiveComment): void {
    const isNew = store.get(comment.id) === undefined;
    store.merge(comment);
    for (const list of listsOf(comment)) list.upsert(comment);
    if (isNew) count(comment, 1);
  }

  function remove(id: string, postId: string): Comment[] {
    const known = store.get(id);
    const isNews = !store.isRemoved(id);
    store.remove(id, remains);
    if (!isNews) return [];
    count(known ?? { postId, parentCommentId: null }, -1);
    return known ? [known] : [];
  }

  return {
    store,
    outbox,
    setLiked,
    async fetch({ postId, parentCommentId }, query, callOptions) {
      const take = store.fetching();
      const page = await client.comments.list(postId, { ...query, ...(parentCommentId !== null && { parentCommentId }) }, callOptions);
      take(page.data);
      for (const comment of page.data) outbox.confirm(comment);
      return page;
    },
    apply(event) {
      switch (event.type) {
        case "comment_created": {
          const isNew = store.get(event.comment.id) === undefined;
          if (!outbox.confirm(event.comment)) place(event.comment);
          const comment = store.get(event.comment.id);
          return isNew && comment ? [comment] : [];
        }
        case "comment_updated":
          // Of a comment that is not listed too: an older answer may be about to list it.
          store.merge(event.comment);
          return [];
        case "comment_deleted":
          return remove(event.commentId, event.postId);
        case "retract":
          return event.items.flatMap(({ type, id }) => (type === "comment" ? remove(id, event.stream.slice("post:".length)) : []));
        default:
          return [];
      }
    },
    write(where, content, attempt) {
      const { user } = client.session.state;
      const now = new Date().toISOString();
      const answered = where.parentCommentId === null ? undefined : (store.get(where.parentCommentId) ?? undefined);
      const draft = (clientMutationId: string): Comment => ({
        ...where,
        rootCommentId: answered?.rootCommentId ?? where.parentCommentId,
        depth: where.parentCommentId === null ? 0 : (answered?.depth ?? 0) + 1,
        id: clientMutationId,
        author: user && authorOf(user),
        content,
        deleted: false,
        likeCount: 0,
        likedByMe: false,
        replyCount: 0,
        clientMutationId,
        createdAt: now,
        updatedAt: now,
        revision: 0,
        moderation: null,
      });
      const { postId, parentCommentId } = where;
      const create = (clientMutationId: string) =>
        client.comments.create(postId, { content, clientMutationId, ...(parentCommentId !== null && { parentCommentId }) });
      return outbox.send(draft, create, attempt);
    },
    async edit(id, content) {
      store.fetching()([await client.comments.update(id, content)]);
    },
    async remove(comment) {
      const takeBack = store.remove(comment.id, remains);
      if (comment.replyCount === 0) for (const list of listsOf(comment)) list.dropPlace(comment.id);
      try {
        await client.comments.delete(comment.id);
      } catch (error) {
        if (takeBack()) {
          for (const list of listsOf(comment)) list.upsert(comment);
          throw error;
        }
        // A live event says that it was deleted, though the answer got lost.
      }
      count(comment, -1);
    },
    clear() {
      outbox.clear();
      store.clear();
    },
  };
}
