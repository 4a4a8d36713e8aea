import type { Author, Post } from "@newfeed/shared/contracts/dto.ts";
import type { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { StoredAttachment } from "@newfeed/shared/contracts/routes/media.ts";
import { storedAnswer } from "@newfeed/shared/outbox/idempotency.ts";
import { generatedIn, transact } from "@newfeed/shared/outbox/transact.ts";
import type { Database, Transaction } from "@newfeed/shared/ports/database.ts";
import type { Idempotency } from "@newfeed/shared/ports/idempotency.ts";
import type { MediaUrls } from "@newfeed/shared/ports/media-urls.ts";
import { authorJson } from "@newfeed/shared/projections/authors.ts";
import type { PrismaPg } from "@prisma/adapter-pg";
import { v7 as uuidv7 } from "uuid";
import { type Prisma, PrismaClient } from "./generated/client.ts";
import { type PostRow, toPost } from "./post-row.ts";
import { findByMutation, findPost } from "./queries.ts";

export interface NewPost extends Pick<Post, "id" | "title" | "content" | "postType" | "visibility" | "status" | "clientMutationId"> {
  authorId: UserId;
  attachments: StoredAttachment[];
  links: string[];
}

export type PostChange = Pick<Post, "title" | "content" | "visibility">;

/** What the use-cases may do within one transaction. */
function operationsOn({ query, enqueue }: Transaction, tx: Prisma.TransactionClient, urls: MediaUrls) {
  /** The database's clock: times of different instances must sort. */
  async function now(): Promise<Date> {
    const [row] = await query<{ now: Date }>("SELECT clock_timestamp() AS now");
    if (!row) throw new Error("the database has no clock");
    return row.now;
  }
  const dto = (row: PostRow | undefined) => row && toPost(row, urls);
  return {
    enqueue,
    /**
     * A user's names, kept from changing until the transaction ends: a deletion of the account waits, and then finds
     * what this transaction wrote. Undefined when the user is gone.
     */
    async lockAuthor(id: UserId): Promise<Author | undefined> {
      const [row] = await query<{ author: Author }>(
        `SELECT ${authorJson("a")} AS author FROM projection.author a WHERE a.id = $1::uuid AND NOT a.deleted FOR SHARE`,
        [id],
      );
      return row?.author;
    },
    /** False when the author has a post under this `clientMutationId`. */
    async createPost({ attachments, ...post }: NewPost): Promise<boolean> {
      const at = await now();
      const { count } = await tx.post.createMany({
        data: [
          {
            ...post,
            attachments: attachments.map((attachment) => ({ ...attachment })),
            publishedAt: post.status === "published" ? at : null,
            createdAt: at,
            updatedAt: at,
          },
        ],
        skipDuplicates: true,
      });
      return count === 1;
    },
    postById: async (viewerId: UserId, id: PostId) => dto(await findPost(query, viewerId, id)),
    postByMutation: async (authorId: UserId, clientMutationId: string) => dto(await findByMutation(query, authorId, clientMutationId)),
    /** A post that the viewer may see, locked. */
    lockPost: async (viewerId: UserId, id: PostId) => dto(await findPost(query, viewerId, id, { lock: true })),
    async updatePost(id: PostId, change: PostChange, publish: boolean): Promise<void> {
      const at = await now();
      const data = { ...change, ...(publish && { status: "published", publishedAt: at }), updatedAt: at, revision: { increment: 1 } };
      await tx.post.update({ where: { id }, data });
    },
    deletePost: (id: PostId) => tx.post.delete({ where: { id } }),
    /**
     * Turns a user's like on or off, under the post's lock. Taking back what was never there leaves a row too: the answer
     * needs a revision that a later like is above.
     */
    async saveLike(postId: PostId, userId: UserId, active: boolean): Promise<{ id: string; revision: number; changed: boolean }> {
      const where = { postId_userId: { postId, userId } };
      const before = await tx.postLike.findUnique({ where });
      if (before?.active === active) return { ...before, changed: false };
      const after = before
        ? await tx.postLike.update({ where, data: { active, revision: { increment: 1 } } })
        : await tx.postLike.create({ data: { id: uuidv7(), postId, userId, active } });
      return { ...after, changed: before !== null || active };
    },
    countLike: (postId: PostId, by: 1 | -1) =>
      tx.post.update({
        where: { id: postId },
        data: { likeCount: { increment: by }, revision: { increment: 1 } },
        select: { likeCount: true },
      }),
  };
}
export type Operations = ReturnType<typeof operationsOn>;

/** post-service's database, as its requests use it. */
export function createStore(database: Database, wake: () => void, urls: MediaUrls) {
  const prisma = new PrismaClient({ adapter: database.prismaAdapter as PrismaPg });
  return {
    transaction: <T>(work: (operations: Operations) => Promise<T>, idempotency?: Idempotency): Promise<T> =>
      transact(
        database,
        wake,
        (transaction) => generatedIn(prisma, transaction, (tx: Prisma.TransactionClient) => work(operationsOn(transaction, tx, urls))),
        idempotency,
      ),
    /** What this request was answered before, or made before under its `clientMutationId`. Throws `idempotency_mismatch`. */
    async earlierPost(authorId: UserId, clientMutationId: string | undefined, idempotency: Idempotency | undefined): Promise<Post | undefined> {
      const answer = await storedAnswer<Post>(database.query, idempotency);
      if (answer || clientMutationId === undefined) return answer;
      const row = await findByMutation(database.query, authorId, clientMutationId);
      return row && toPost(row, urls);
    },
    close: () => prisma.$disconnect(),
  };
}
export type Store = ReturnType<typeof createStore>;
