import type { Author, Visibility } from "@newfeed/shared/contracts/dto.ts";
import type { NewEvent } from "@newfeed/shared/contracts/events.ts";
import type { CommentId, PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import { eventValues } from "@newfeed/shared/outbox/enqueue.ts";
import { transact } from "@newfeed/shared/outbox/transact.ts";
import type { Database, Transaction } from "@newfeed/shared/ports/database.ts";
import type { Idempotency } from "@newfeed/shared/ports/idempotency.ts";
import { type Listed, sizeOf, type Window } from "@newfeed/shared/store/cursors.ts";
import { exportedRows, listed } from "@newfeed/shared/store/list.ts";
import type { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "./generated/client.ts";
import * as history from "./history-statements.ts";
import { type RemovedComment, removeComments } from "./removal-store.ts";
import * as sql from "./statements.ts";
import { findTrust } from "./trust-statements.ts";

export type { RemovedComment } from "./removal-store.ts";
export type { StoredComment } from "./statements.ts";

type StoredComment = sql.StoredComment;

/** What stood for less is not kept: a slip of the hand, which is corrected at once (docs/decisions/0091-edit-history.md). */
const slipSeconds = 5 * 60;

/** The top-level comments of a post, or the direct replies to a comment of it (`parentCommentId`), as a viewer sees them. */
export interface CommentList {
  viewerId: UserId | null;
  postId: PostId;
  parentCommentId: CommentId | null;
}

export type NewComment = Pick<
  StoredComment,
  | "id"
  | "postId"
  | "parentCommentId"
  | "rootCommentId"
  | "depth"
  | "parentAuthorId"
  | "content"
  | "clientMutationId"
  | "mentionedUserIds"
  | "createdAt"
  | "held"
> & { postAuthorId: UserId; authorId: UserId; visibility: Visibility };

/** What use-cases and event handlers may do within one transaction. Locks are taken in this order: author, post, comments by depth and id. */
export function operationsOn({ query, enqueue, enqueued }: Transaction) {
  return {
    enqueue,
    /** By their comments, whether a moderator has to look at the next one first. */
    async isTrusted(authorId: UserId): Promise<boolean> {
      const [row] = await query(findTrust, { authorId });
      return row?.trusted ?? false;
    },
    /** Waits for a create under the same id that runs now, and gives what it, or an earlier one, made. */
    async commentOfMutation(authorId: UserId, clientMutationId: string): Promise<StoredComment | null> {
      await query(sql.lockMutation, { authorAndMutation: `${authorId} ${clientMutationId}` });
      const [row] = await query(sql.findByMutation, { authorId, clientMutationId });
      return row ?? null;
    },
    /** Holds off the handler of the user's deletion. Null when that was here before. */
    async lockAuthor(userId: UserId): Promise<Author | null> {
      const [row] = await query(sql.lockAuthor, { userId });
      return row?.author ?? null;
    },
    /**
     * Holds off the handlers of the deletion of the author and of the post, and says by the database's clock when that was.
     * `author` is null, or `deleted` true, where one was here before.
     */
    async lockForWriting(authorId: UserId, postId: PostId): Promise<{ now: Date; author: Author | null; deleted: boolean }> {
      const lock = async () => {
        const [row] = await query(sql.lockForWriting, { authorId, postId });
        if (!row) throw new Error("locking for a comment gave no row");
        return row;
      };
      let locked = await lock();
      if (locked.author && locked.deleted === null) {
        await query(sql.addCommentedPost, { postId });
        locked = await lock();
      }
      return { ...locked, deleted: locked.deleted ?? false };
    },
    /** Locks the comment that is answered. Null when there is none. */
    async lockAnswered(id: CommentId, viewerId: UserId) {
      const [row] = await query(sql.lockAnswered, { viewerId, id });
      return row ?? null;
    },
    /** Adds a comment, counts it with its parent, and writes the events about it, in one statement, which the commit waits for. */
    createComment(comment: NewComment, events: readonly NewEvent[]): void {
      enqueued();
      void query(sql.insertComment, { ...comment, ...eventValues(events) });
    },
    /** Null when it is not there, or not this author's, any more. */
    async updateComment(
      id: CommentId,
      authorId: UserId,
      change: { content: string; mentionedUserIds: UserId[]; visibility: Visibility; waits: boolean },
    ): Promise<StoredComment | null> {
      await query(sql.updateOwnComment, { id, authorId, ...change });
      const [row] = await query(sql.findOwnComment, { authorId, id });
      return row ?? null;
    },
    /** Keeps what a comment says before it is changed. Under the comment's lock. */
    async keepVersion(id: CommentId): Promise<void> {
      await query(history.keepVersion, { id, seconds: slipSeconds });
      await query(history.dropOldVersions, { id });
    },
    /** Locks a comment that is not deleted. */
    async lockLiving(id: CommentId): Promise<{ postId: PostId; authorId: UserId; content: string; likeCount: number; held: string | null } | null> {
      const [row] = await query(sql.lockLiving, { id });
      return row ?? null;
    },
    /** Under the comment's lock. */
    setLike: (commentId: CommentId, userId: UserId, active: boolean) => sql.saveLike(query, commentId, userId, active),
    async countLike(id: CommentId, by: 1 | -1, visibility: Visibility): Promise<number> {
      const [row] = await query(sql.countLike, { id, by, visibility });
      if (!row) throw new Error("a comment went although it was locked");
      return row.likeCount;
    },
    /**
     * Deletes comments, in a fixed number of statements. One with replies stays as a tombstone, which keeps nothing of its author; a
     * tombstone whose last reply goes is not seen any more, and goes with it, or in the background. Their likes go too, of very many
     * the rest in the background. Returns those that were alive until now: unknown ones and tombstones are left out.
     */
    removeComments: (ids: readonly CommentId[]): Promise<RemovedComment[]> => removeComments(query, ids),
    /** Waits for those who are writing under deleted posts now, and refuses all who come later. */
    async closePosts(postIds: readonly PostId[]): Promise<void> {
      await query(sql.markPostsDeleted, { postIds });
    },
  };
}
export type Operations = ReturnType<typeof operationsOn>;

/** comment-service's database. */
export function createStore(database: Database, wake: () => void) {
  const prisma = new PrismaClient({ adapter: database.prismaAdapter as PrismaPg });
  const { query } = database;
  return {
    transaction: <T>(work: (operations: Operations) => Promise<T>, idempotency?: Idempotency): Promise<T> =>
      transact(database, wake, (transaction) => work(operationsOn(transaction)), idempotency),

    /** One comment, or its tombstone. `hidden`: a block stands between its author and the viewer. */
    async find(id: CommentId, viewerId: UserId | null): Promise<(StoredComment & { hidden: boolean }) | null> {
      const [row] = await query(sql.findComment, { viewerId, id });
      return row ?? null;
    },

    /** The nearest above a comment, the nearest first, and whether there are more. Those that a block hides are left out. */
    async ancestors(id: CommentId, viewerId: UserId | null): Promise<{ rows: StoredComment[]; hasMore: boolean }> {
      const rows = await query(sql.findAncestors, { viewerId, id });
      const shown = rows.slice(0, sql.ancestorsAtOnce).filter(({ hidden }) => !hidden);
      return { rows: shown, hasMore: rows.length > sql.ancestorsAtOnce };
    },

    /** A window of a post's top-level comments, or of the direct replies to a comment, by time. */
    list: ({ viewerId, postId, parentCommentId }: CommentList, window: Window) =>
      parentCommentId ? sql.listReplies(query, window, { viewerId, postId, parentCommentId }) : sql.listTopLevel(query, window, { viewerId, postId }),
    /** The same by likes. `place` is the number that a comment stands at. */
    listMostLiked: ({ viewerId, postId, parentCommentId }: CommentList, window: Window<number>) =>
      parentCommentId ? sql.listMostLikedReplies(query, window, { viewerId, postId, parentCommentId }) : sql.listMostLiked(query, window, { viewerId, postId }),

    /** The newest `take` of each list: top-level comments of posts, or replies to comments. */
    async firstPages(viewerId: UserId | null, of: "post" | "comment", ids: readonly string[], take: number): Promise<Map<string, Listed<StoredComment>>> {
      const lists = Map.groupBy(await query(sql.firstPages[of][sizeOf(take)], { viewerId, ids }), ({ listId }) => listId);
      return new Map([...lists].map(([id, rows]) => [id, listed(rows)]));
    },

    /** A window of what a user wrote. Whether the viewer may see it is not asked. */
    writtenBy: (viewerId: UserId | null, authorId: UserId, window: Pick<Window, "before" | "after" | "take" | "skip">): Promise<StoredComment[]> =>
      sql.listByAuthor(query, window, { viewerId, authorId }),

    /** Those of these comments that a viewer may see. */
    visibleTo: (viewerId: UserId, ids: readonly CommentId[]) => query(sql.findVisible, { viewerId, ids }),
    /** The comments that a user wrote last, some twenty. */
    newestOf: (authorId: UserId) => query(sql.findNewestOf, { authorId }),

    /** What a comment said before its changes, the newest first. */
    versionsOf: (id: CommentId) => query(history.listVersions, { id }),

    /** Comments by id, one more than a page has. */
    commentsAfter: (after: CommentId | undefined) => query(sql.listWritten, { after: after ?? null }),
    /** What a user wrote or likes, by id. */
    exportSection: (section: "comments" | "commentVersions" | "commentLikes", userId: UserId, after: string | undefined): Promise<{ id: string }[]> =>
      section === "commentLikes"
        ? query(sql.exportLikes, { userId, after: after ?? null })
        : section === "commentVersions"
          ? query(history.exportVersions, { userId, after: after ?? null })
          : prisma.comment.findMany({
              where: { authorId: userId, ...(after && { id: { gt: after } }) },
              select: {
                id: true,
                postId: true,
                parentCommentId: true,
                rootCommentId: true,
                content: true,
                likeCount: true,
                createdAt: true,
                updatedAt: true,
                revision: true,
                held: true,
              },
              orderBy: { id: "asc" },
              take: exportedRows + 1,
            }),

    /** Of what says only that something has ended. */
    retention: [sql.endedLikes("ended_likes", database), sql.deletedPosts("deleted_posts", database)],

    close: () => prisma.$disconnect(),
  };
}
export type Store = ReturnType<typeof createStore>;
