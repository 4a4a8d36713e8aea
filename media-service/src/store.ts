import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { Window } from "@newfeed/shared/http/cursors.ts";
import { generatedIn, transact } from "@newfeed/shared/outbox/transact.ts";
import type { Database, Transaction } from "@newfeed/shared/ports/database.ts";
import type { MediaKind, MediaStoreName } from "@newfeed/shared/ports/media-store.ts";
import type { PrismaPg } from "@prisma/adapter-pg";
import { type Prisma, PrismaClient, type Media as Row } from "./generated/client.ts";
import { removeRows } from "./remove-rows.ts";

export type Media = Omit<Row, "kind" | "store"> & { kind: MediaKind; store: MediaStoreName };
export type NewMedia = Omit<Prisma.MediaCreateInput, "kind" | "store"> & { kind: MediaKind; store: MediaStoreName };
export interface PlannedFile {
  path: string;
  kind: MediaKind;
}

const toMedia = (row: Row) => row as Media;

/** All columns, as Prisma names them. */
const columns = `id, owner_id AS "ownerId", kind, store, path, thumbnail_path AS "thumbnailPath", width, height, blurhash, bytes,
  content_type AS "contentType", post_id AS "postId", post_visibility AS "postVisibility", post_revision AS "postRevision", claimed_at AS "claimedAt",
  created_at AS "createdAt", revision`;

/** What the use-cases may do within one transaction. */
function operationsOn({ query, enqueue }: Transaction, tx: Prisma.TransactionClient) {
  return {
    enqueue,
    /** Adds the row of files that were planned. Throws `service_unavailable` when the plan has run out: they may be gone. */
    async addMedia(media: NewMedia, paths: string[]): Promise<Media> {
      const { count } = await tx.mediaRemoval.deleteMany({ where: { path: { in: paths } } });
      if (count !== paths.length) throw new Problem("service_unavailable", { internal: "storing the files took too long", retryAfter: 1 });
      return toMedia(await tx.media.create({ data: media }));
    },
    /** The owner's uploads by id or path that were free, or this post's already; they are the post's now. */
    claim: (claim: { ownerId: string; postId: string; visibility: string; ids: readonly string[]; paths: readonly string[] }) =>
      query<Media>(
        `UPDATE media SET post_id = $2::uuid, post_visibility = $3, claimed_at = coalesce(claimed_at, now()), revision = revision + 1
         WHERE owner_id = $1::uuid AND (post_id IS NULL OR post_id = $2::uuid) AND (id = ANY($4::uuid[]) OR path = ANY($5::text[]))
         RETURNING ${columns}`,
        [claim.ownerId, claim.postId, claim.visibility, claim.ids, claim.paths],
      ),
    removeUnattached: (id: string, actorId: string) => removeRows({ query, enqueue }, { where: "id = $1::uuid AND post_id IS NULL", values: [id] }, actorId),
    /** Removes at most `limit` that are unattached, or claimed but not confirmed, since before then. */
    removeLapsed: (before: Date, limit: number) =>
      removeRows(
        { query, enqueue },
        {
          where: `id IN (SELECT id FROM media WHERE post_revision = 0 AND coalesce(claimed_at, created_at) < $1 ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED)`,
          values: [before, limit],
        },
        null,
      ),
  };
}
export type Operations = ReturnType<typeof operationsOn>;

/** media-service's database. */
export function createStore(database: Database, wake: () => void) {
  const prisma = new PrismaClient({ adapter: database.prismaAdapter as PrismaPg });
  const { query } = database;
  return {
    transaction: <T>(work: (operations: Operations) => Promise<T>): Promise<T> =>
      transact(database, wake, (transaction) => generatedIn(prisma, transaction, (tx: Prisma.TransactionClient) => work(operationsOn(transaction, tx)))),
    async byId(id: string): Promise<Media | null> {
      const row = await prisma.media.findUnique({ where: { id } });
      return row && toMedia(row);
    },
    /** Newest first (oldest first after a key); `publicOnly` leaves out what only the owner may see. */
    listByOwner: (ownerId: string, publicOnly: boolean, { before, after, take, skip }: Window) =>
      query<Media>(
        `SELECT ${columns} FROM media
         WHERE owner_id = $1::uuid AND (NOT $2 OR (post_revision > 0 AND post_visibility = 'public'))
           AND ($3::timestamptz IS NULL OR (created_at, id) < ($3::timestamptz, $4::uuid)) AND ($5::timestamptz IS NULL OR (created_at, id) > ($5::timestamptz, $6::uuid))
         ORDER BY created_at ${after ? "ASC" : "DESC"}, id ${after ? "ASC" : "DESC"} LIMIT $7 OFFSET $8`,
        [ownerId, publicOnly, before?.at ?? null, before?.id ?? null, after?.at ?? null, after?.id ?? null, take, skip],
      ),
    async exportPage(ownerId: string, after: string | undefined, limit: number): Promise<Media[]> {
      const rows = await prisma.media.findMany({ where: { ownerId, ...(after && { id: { gt: after } }) }, orderBy: { id: "asc" }, take: limit });
      return rows.map(toMedia);
    },
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
