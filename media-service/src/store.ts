import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { MediaId, PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import { transact } from "@newfeed/shared/outbox/transact.ts";
import type { Database, Transaction } from "@newfeed/shared/ports/database.ts";
import type { MediaKind } from "@newfeed/shared/ports/media-store.ts";
import type { Window } from "@newfeed/shared/store/cursors.ts";
import type { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "./generated/client.ts";
import * as sql from "./statements.ts";

export type Media = sql.Media;
export type NewMedia = Omit<Media, "postId" | "postVisibility" | "postRevision" | "claimedAt" | "createdAt" | "revision">;
export interface PlannedFile {
  path: string;
  kind: MediaKind;
}

/** What use-cases and event handlers may do within one transaction. */
export function operationsOn({ query, enqueue }: Transaction) {
  /** Says that rows were removed. Gives how many. */
  async function announce(rows: readonly sql.RemovedMedia[], actorId: UserId | null): Promise<number> {
    await enqueue(
      ...rows.map(({ id, ownerId, revision }) => ({
        type: "media.deleted" as const,
        aggregate: { id, revision: revision + 1 },
        actorId,
        data: { mediaId: id, ownerId },
      })),
    );
    return rows.length;
  }
  return {
    enqueue,
    /** Adds the row of files that were planned. Throws `service_unavailable` when the plan has run out: they may be gone. */
    async addMedia(media: NewMedia, paths: readonly string[]): Promise<Media> {
      const kept = await query(sql.keepPlanned, { paths });
      if (kept.length !== paths.length) throw new Problem("service_unavailable", { internal: "storing the files took too long", retryAfter: 1 });
      const [added] = await query(sql.insertMedia, media);
      if (!added) throw new Error("an insert gave no row");
      return added;
    },
    /** The owner's uploads by id or path that were free, or this post's already; they are the post's now. */
    claim: (claim: { ownerId: UserId; postId: PostId; visibility: string; ids: readonly MediaId[]; paths: readonly string[] }) => query(sql.claimMedia, claim),
    /**
     * Confirms a post's claims and follows what others may see of it. An older state that comes late changes nothing, and
     * when the claim has lapsed, or the post is deleted already, there is nothing to confirm.
     */
    async followPost(postId: PostId, postRevision: number, visibility: string): Promise<void> {
      await query(sql.followPost, { postId, postRevision, visibility });
    },
    // Each gives how many were removed. Their files become due for removal.
    removeOfPost: async (postId: PostId, actorId: UserId | null) => announce(await query(sql.removeOfPost, { postId }), actorId),
    removeOfOwner: async (ownerId: UserId, actorId: UserId | null) => announce(await query(sql.removeOfOwner, { ownerId }), actorId),
    removeUnattached: async (id: MediaId, actorId: UserId) => announce(await query(sql.removeUnattached, { id }), actorId),
    /** At most `limit` that are unattached, or claimed but not confirmed, since before then. */
    removeLapsed: async (before: Date, limit: number) => announce(await query(sql.removeLapsed, { before, limit }), null),
  };
}
export type Operations = ReturnType<typeof operationsOn>;

/** media-service's database. */
export function createStore(database: Database, wake: () => void) {
  const prisma = new PrismaClient({ adapter: database.prismaAdapter as PrismaPg });
  const { query } = database;
  return {
    transaction: <T>(work: (operations: Operations) => Promise<T>): Promise<T> => transact(database, wake, (transaction) => work(operationsOn(transaction))),
    byId: (id: MediaId) => prisma.media.findUnique({ where: { id } }) as Promise<Media | null>,
    /** Newest first (oldest first after a key); `publicOnly` leaves out what only the owner may see. */
    listByOwner: (ownerId: UserId, publicOnly: boolean, window: Window) => sql.listByOwner[publicOnly ? "public" : "all"](query, window, { ownerId }),
    exportPage: (ownerId: UserId, after: string | undefined, limit: number) =>
      prisma.media.findMany({ where: { ownerId, ...(after && { id: { gt: after } }) }, orderBy: { id: "asc" }, take: limit }) as Promise<Media[]>,
    /** Notes files that are about to be stored: unless a row is added for them, they go at `dueAt`. */
    planFiles: (files: readonly PlannedFile[], dueAt: Date) => prisma.mediaRemoval.createMany({ data: files.map(({ path, kind }) => ({ path, kind, dueAt })) }),
    /** Gives up on planned files: they go now. */
    releaseFiles: (paths: string[]) => prisma.mediaRemoval.updateMany({ where: { path: { in: paths } }, data: { dueAt: new Date() } }),
    dueRemovals: (limit: number) =>
      prisma.mediaRemoval.findMany({ where: { dueAt: { lte: new Date() } }, orderBy: { dueAt: "asc" }, take: limit }) as Promise<
        (PlannedFile & { dueAt: Date })[]
      >,
    removalDone: (path: string) => prisma.mediaRemoval.deleteMany({ where: { path } }),
    postponeRemoval: (path: string, dueAt: Date) => prisma.mediaRemoval.updateMany({ where: { path }, data: { dueAt } }),
    close: () => prisma.$disconnect(),
  };
}
export type Store = ReturnType<typeof createStore>;
