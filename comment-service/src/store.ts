import type { Author, Visibility } from "@newfeed/shared/contracts/dto.ts";
import type { NewEvent } from "@newfeed/shared/contracts/events.ts";
import { limitOf, sizeOf, type Window } from "@newfeed/shared/http/cursors.ts";
import { enqueueSql, enqueueValues } from "@newfeed/shared/outbox/enqueue.ts";
import { transact } from "@newfeed/shared/outbox/transact.ts";
import type { Database, Transaction } from "@newfeed/shared/ports/database.ts";
import type { Idempotency } from "@newfeed/shared/ports/idempotency.ts";
import { authorJson } from "@newfeed/shared/projections/authors.ts";
import { blockBetween } from "@newfeed/shared/projections/relations.ts";
import type { PrismaPg } from "@prisma/adapter-pg";
import { v7 as uuidv7 } from "uuid";
import type { StoredComment } from "./comment.ts";
import { PrismaClient } from "./generated/client.ts";
import { removeComments } from "./removal.ts";

/** A `StoredComment` of `comment c`, as the viewer `$1` sees it. */
const columns = `c.id, c.post_id AS "postId", c.parent_comment_id AS "parentCommentId", c.parent_author_id AS "parentAuthorId", c.author_id AS "authorId",
  CASE WHEN a.id IS NOT NULL THEN ${authorJson("a")} END AS author, c.content, c.deleted_at AS "deletedAt", c.like_count AS "likeCount",
  c.reply_count AS "replyCount", c.client_mutation_id AS "clientMutationId", c.mentioned_user_ids AS "mentionedUserIds",
  c.created_at AS "createdAt", c.updated_at AS "updatedAt", c.revision,
  coalesce((SELECT l.active FROM comment_like l WHERE l.comment_id = c.id AND l.user_id = $1::uuid), false) AS "likedByMe"`;
const source = "comment c LEFT JOIN projection.author a ON a.id = c.author_id";
/** A block between the author and the viewer `$1`. Tombstones have no author, visitors no blocks. */
const hidden = blockBetween("c.author_id", "$1::uuid");

export type NewComment = Pick<
  StoredComment,
  "id" | "postId" | "parentCommentId" | "parentAuthorId" | "content" | "clientMutationId" | "mentionedUserIds" | "createdAt"
> & { postAuthorId: string; authorId: string; visibility: Visibility };

interface Answered {
  id: string;
  postId: string;
  parentCommentId: string | null;
  authorId: string | null;
  deletedAt: Date | null;
  hidden: boolean;
}

/** What the use-cases may do within one transaction. Locks are taken in this order: author, post, top-level comment, reply. */
function operationsOn({ query, enqueue, enqueued }: Transaction) {
  return {
    enqueue,
    /** Waits for a create under the same id that runs now, and gives what it, or an earlier one, made. */
    async commentOfMutation(authorId: string, clientMutationId: string): Promise<StoredComment | null> {
      await query("SELECT pg_advisory_xact_lock(hashtextextended($1, 1))::text", [`${authorId} ${clientMutationId}`]);
      const [row] = await query<StoredComment>(`SELECT ${columns} FROM ${source} WHERE c.author_id = $1::uuid AND c.client_mutation_id = $2`, [
        authorId,
        clientMutationId,
      ]);
      return row ?? null;
    },
    /** Holds off the handler of the user's deletion. Null when that was here before. */
    async lockAuthor(id: string): Promise<Author | null> {
      const [row] = await query<{ author: Author }>(
        `SELECT ${authorJson("a")} AS author FROM projection.author a WHERE a.id = $1::uuid AND NOT a.deleted FOR SHARE`,
        [id],
      );
      return row?.author ?? null;
    },
    /**
     * Holds off the handlers of the deletion of the author and of the post, in one statement, and says by the database's
     * clock when that was. `author` is null, or `deleted` true, where one was here before.
     */
    async lockForWriting(authorId: string, postId: string): Promise<{ now: Date; author: Author | null; deleted: boolean }> {
      const lock = async () => {
        const [row] = await query<{ now: Date; author: Author | null; deleted: boolean | null }>(
          `WITH author AS MATERIALIZED (SELECT ${authorJson("a")} AS json FROM projection.author a WHERE a.id = $1::uuid AND NOT a.deleted FOR SHARE),
             post AS MATERIALIZED (SELECT deleted FROM commented_post WHERE post_id = $2::uuid AND EXISTS (SELECT FROM author) FOR SHARE)
           SELECT (SELECT json FROM author) AS author, (SELECT deleted FROM post) AS deleted, clock_timestamp() AS now`,
          [authorId, postId],
        );
        return row as { now: Date; author: Author | null; deleted: boolean | null };
      };
      let locked = await lock();
      if (locked.author && locked.deleted === null) {
        await query("INSERT INTO commented_post (post_id) VALUES ($1::uuid) ON CONFLICT DO NOTHING", [postId]);
        locked = await lock();
      }
      return { ...locked, deleted: locked.deleted ?? false };
    },
    /** Locks the comment that is answered, and the top-level one it stands under. Null when there is none. */
    async lockAnswered(id: string, viewerId: string): Promise<Answered | null> {
      const rows = await query<Answered>(
        `SELECT c.id, c.post_id AS "postId", c.parent_comment_id AS "parentCommentId", c.author_id AS "authorId", c.deleted_at AS "deletedAt", ${hidden} AS hidden
         FROM comment c WHERE c.id IN (SELECT $2::uuid UNION SELECT parent_comment_id FROM comment WHERE id = $2::uuid)
         ORDER BY c.parent_comment_id IS NOT NULL, c.id FOR UPDATE`,
        [viewerId, id],
      );
      return rows.find((row) => row.id === id) ?? null;
    },
    /** Adds a comment, counts it with its parent, and writes the events about it, in one statement, which the commit waits for. */
    createComment(comment: NewComment, events: readonly NewEvent[]): void {
      enqueued();
      void query(
        `WITH event AS (${enqueueSql(12)}), parent AS (UPDATE comment SET reply_count = reply_count + 1 WHERE id = $4::uuid)
         INSERT INTO comment (id, post_id, post_author_id, parent_comment_id, parent_author_id, author_id, content, client_mutation_id, mentioned_user_ids,
           visibility, created_at, updated_at)
         VALUES ($1::uuid, $2::uuid, $3::uuid, $4::uuid, $5::uuid, $6::uuid, $7, $8, $9::uuid[], $10, $11::timestamptz, $11::timestamptz)`,
        [
          comment.id,
          comment.postId,
          comment.postAuthorId,
          comment.parentCommentId,
          comment.parentAuthorId,
          comment.authorId,
          comment.content,
          comment.clientMutationId,
          comment.mentionedUserIds,
          comment.visibility,
          comment.createdAt,
          ...enqueueValues(events),
        ],
      );
    },
    /** Null when it is not there, or not this author's, any more. */
    async updateComment(
      id: string,
      authorId: string,
      change: { content: string; mentionedUserIds: string[]; visibility: Visibility },
    ): Promise<StoredComment | null> {
      await query(
        `UPDATE comment SET content = $3, mentioned_user_ids = $4::uuid[], visibility = $5, updated_at = clock_timestamp(), revision = revision + 1
         WHERE id = $1::uuid AND author_id = $2::uuid`,
        [id, authorId, change.content, change.mentionedUserIds, change.visibility],
      );
      const [row] = await query<StoredComment>(`SELECT ${columns} FROM ${source} WHERE c.author_id = $1::uuid AND c.id = $2::uuid`, [authorId, id]);
      return row ?? null;
    },
    removeComments: (ids: readonly string[]) => removeComments(query, ids),
    /** Locks a comment that is not deleted. */
    async lockLiving(id: string): Promise<{ postId: string; authorId: string; likeCount: number } | null> {
      const [row] = await query<{ postId: string; authorId: string; likeCount: number }>(
        `SELECT post_id AS "postId", author_id AS "authorId", like_count AS "likeCount" FROM comment WHERE id = $1::uuid AND deleted_at IS NULL FOR UPDATE`,
        [id],
      );
      return row ?? null;
    },
    /** Under the comment's lock. An unlike of what was never liked leaves a row too: its answer needs a revision that a later like is above. */
    async setLike(commentId: string, userId: string, active: boolean): Promise<{ id: string; active: boolean; revision: number; changed: boolean }> {
      const [before] = await query<{ id: string; active: boolean; revision: number }>(
        "SELECT id, active, revision FROM comment_like WHERE comment_id = $1::uuid AND user_id = $2::uuid",
        [commentId, userId],
      );
      if (before?.active === active) return { ...before, changed: false };
      const [like] = await query<{ id: string; active: boolean; revision: number }>(
        `INSERT INTO comment_like AS l (id, comment_id, user_id, active) VALUES ($1::uuid, $2::uuid, $3::uuid, $4)
         ON CONFLICT (comment_id, user_id) DO UPDATE SET active = excluded.active, revision = l.revision + 1 RETURNING id, active, revision`,
        [uuidv7(), commentId, userId, active],
      );
      if (!like) throw new Error("a like was neither added nor changed");
      return { ...like, changed: active || before !== undefined };
    },
    async countLike(commentId: string, by: 1 | -1, visibility: Visibility): Promise<number> {
      const [row] = await query<{ likeCount: number }>(
        `UPDATE comment SET like_count = like_count + $2, visibility = $3 WHERE id = $1::uuid RETURNING like_count AS "likeCount"`,
        [commentId, by, visibility],
      );
      if (!row) throw new Error("a comment went although it was locked");
      return row.likeCount;
    },
  };
}
export type Operations = ReturnType<typeof operationsOn>;

/** comment-service's database. */
export function createStore(database: Database, wake: () => void) {
  const prisma = new PrismaClient({ adapter: database.prismaAdapter as PrismaPg });
  return {
    transaction: <T>(work: (operations: Operations) => Promise<T>, idempotency?: Idempotency): Promise<T> =>
      transact(database, wake, (transaction) => work(operationsOn(transaction)), idempotency),

    /** One comment, or its tombstone. `hidden`: a block stands between its author and the viewer. */
    async find(id: string, viewerId: string | null): Promise<(StoredComment & { hidden: boolean }) | null> {
      const [row] = await database.prepared<StoredComment & { hidden: boolean }>(
        `SELECT ${columns}, ${hidden} AS hidden FROM ${source} WHERE c.id = $2::uuid`,
        [viewerId, id],
      );
      return row ?? null;
    },

    /** A window of a post's top-level comments, or of the replies to one of them. */
    list({ viewerId, postId, parentCommentId }: { viewerId: string | null; postId: string; parentCommentId: string | null }, window: Window) {
      const [comparison, direction] = window.after ? [">", "ASC"] : ["<", "DESC"];
      // A list from its beginning starts beyond every time and id, so that it is the same statement.
      const { at, id } = window.before ?? window.after ?? { at: "infinity", id: "ffffffff-ffff-ffff-ffff-ffffffffffff" };
      // Written out as needed: with an "or it is null" in it, the planner would not read from the position on.
      const parent = parentCommentId ? "= $5::uuid" : "IS NULL";
      // Pages by number have texts of their own, too many to prepare.
      const list = window.skip > 0 ? database.query : database.prepared;
      return list<StoredComment>(
        `SELECT ${columns} FROM ${source}
         WHERE c.post_id = $2::uuid AND c.parent_comment_id ${parent} AND (c.created_at, c.id) ${comparison} ($3::timestamptz, $4::uuid) AND NOT ${hidden}
         ORDER BY c.created_at ${direction}, c.id ${direction} ${limitOf(window)}`,
        [viewerId, postId, at, id, ...(parentCommentId ? [parentCommentId] : [])],
      );
    },

    /** The newest `take` of each list: top-level comments of posts, or replies to comments. */
    firstPages(viewerId: string | null, of: "post" | "comment", ids: readonly string[], take: number) {
      const list = of === "post" ? "c.post_id = asked.id AND c.parent_comment_id IS NULL" : "c.parent_comment_id = asked.id";
      return database.prepared<StoredComment & { listId: string }>(
        `SELECT asked.id AS "listId", page.* FROM (SELECT DISTINCT unnest($2::uuid[]) AS id) asked CROSS JOIN LATERAL (
           SELECT ${columns} FROM ${source} WHERE ${list} AND NOT ${hidden} ORDER BY c.created_at DESC, c.id DESC LIMIT ${sizeOf(take)}
         ) page ORDER BY page."createdAt" DESC, page.id DESC`,
        [viewerId, ids],
      );
    },

    /** What a user wrote or likes, by id. */
    async exportSection(section: "comments" | "commentLikes", userId: string, after: string | undefined, take: number): Promise<{ id: string }[]> {
      const page = { orderBy: { id: "asc" }, take } as const;
      const id = after ? { id: { gt: after } } : {};
      if (section === "comments")
        return prisma.comment.findMany({
          where: { authorId: userId, ...id },
          select: { id: true, postId: true, parentCommentId: true, content: true, likeCount: true, createdAt: true, updatedAt: true, revision: true },
          ...page,
        });
      const likes = await prisma.commentLike.findMany({
        where: { userId, active: true, ...id },
        select: { id: true, commentId: true, comment: { select: { postId: true } }, revision: true },
        ...page,
      });
      return likes.map(({ comment, ...like }) => ({ ...like, postId: comment.postId }));
    },

    close: () => prisma.$disconnect(),
  };
}
export type Store = ReturnType<typeof createStore>;
