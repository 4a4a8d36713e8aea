import { type ContentDecision, isHeld, isNewerDecision, outcomeOf, reasonOf } from "@newfeed/shared/contracts/content-moderation.ts";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { EventOf } from "@newfeed/shared/contracts/events.ts";
import { asMediaId, type MediaId, type PostId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Subject } from "@newfeed/shared/contracts/routes/media.ts";
import { type Batch, batchOf } from "@newfeed/shared/jobs/job.ts";
import { transact } from "@newfeed/shared/outbox/transact.ts";
import type { Database, Transaction } from "@newfeed/shared/ports/database.ts";
import { inOrder, readInOrder } from "@newfeed/shared/ports/housekeeping.ts";
import { type MediaKind, mediaIdOf } from "@newfeed/shared/ports/media-store.ts";
import type { Window } from "@newfeed/shared/store/cursors.ts";
import type { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "./generated/client.ts";
import * as sql from "./statements.ts";
import { suspensions } from "./suspension-statements.ts";

export { removalOfOwner } from "./statements.ts";

export type Media = sql.Media;
export type FoundFile = sql.FoundFile;
export type NewMedia = Omit<Media, "expiresAt" | "createdAt" | "revision" | "held" | "claims">;
export interface PlannedFile {
  path: string;
  kind: MediaKind;
}

/** A claim without an event that confirms it lapses after this long, as an upload does that nothing claims (`expiry` in statements.ts). */
const lapseMs = 24 * 3_600_000;

const named = ({ kind, id: subjectId }: Subject) => ({ kind, subjectId });

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
    /**
     * Adds the row of files that were planned. Throws `service_unavailable` when the plan has run out: they may be gone; and
     * `quota_exceeded` when the owner's uploads would take more than the quota.
     */
    async addMedia(media: NewMedia, paths: readonly string[], quota: number): Promise<Media> {
      const kept = await query(sql.keepPlanned, { paths });
      if (kept.length !== paths.length) throw new Problem("service_unavailable", { internal: "storing the files took too long", retryAfter: 1 });
      const taken = await query(sql.takeSpace, { ownerId: media.ownerId, bytes: media.bytes, quota });
      if (taken.length === 0) throw new Problem("quota_exceeded");
      const [added] = await query(sql.insertMedia, media);
      if (!added) throw new Problem("conflict", { message: "This upload is kept already." });
      return added;
    },
    /**
     * Begins an upload whose sender puts the file at `path`, from where it goes at `expiresAt`. Throws `rate_limited` when the user has
     * begun too many.
     */
    async startDirectUpload({ path, ...upload }: { id: MediaId; ownerId: UserId; bytes: number; expiresAt: Date; path: string }): Promise<void> {
      const { ownerId, expiresAt } = upload;
      await query(sql.lockDirectUploads, { ownerId });
      if ((await query(sql.insertDirectUpload, upload)).length === 0)
        throw new Problem("rate_limited", { message: "Too many uploads of yours have been begun within the hour.", retryAfter: 600 });
      await query(sql.planRemoval, { path, kind: "video", dueAt: expiresAt });
    },
    forgetDirectUploads: (ownerId: UserId) => query(sql.forgetDirectUploads, { ownerId }),
    /** The owner's uploads by id, or by the path of one of their files; they are claimed by no other transaction until this one ends. */
    async lockOwn(ownerId: UserId, ids: readonly MediaId[], paths: readonly string[]): Promise<Media[]> {
      const locked = await query(sql.lockOwn, { ownerId, ids, fileIds: paths.map(mediaIdOf), paths });
      return locked.length > 0 ? query(sql.findMedia, { ids: locked.map(({ id }) => id) }) : [];
    },
    /** Keeps locked uploads for a subject, as it is seen. An event of the subject must confirm it, else the claim lapses after 24 hours. */
    async claim(subject: Subject, visibility: string, ids: readonly MediaId[]): Promise<void> {
      if (ids.length > 0) await query(sql.addClaims.request, { ...named(subject), visibility, ids });
    },
    /**
     * Confirms a post's claims and follows what others may see of it. An older state that comes late changes nothing, and
     * when the claim has lapsed, or the post is deleted already, there is nothing to confirm.
     */
    async followPost(id: PostId, revision: number, visibility: string): Promise<void> {
      const post = named({ kind: "post", id });
      const claimed = await query(sql.lockClaimed, post);
      if (claimed.length > 0) await query(sql.confirmClaims, { ...post, visibility, revision, ids: claimed.map((media) => media.id) });
    },
    /**
     * Follows what a profile has as its pictures: the uploads with files under these paths; what it had before is released where
     * these are all. An upload that is not claimed yet is (a profile may name one from before there were such claims).
     */
    async followProfile(id: UserId, revision: number, paths: readonly string[], { all }: { all: boolean }): Promise<void> {
      const profile = named({ kind: "profile", id });
      const shown =
        paths.length === 0 ? [] : (await query(sql.lockOwn, { ownerId: id, ids: [], fileIds: paths.map(mediaIdOf), paths })).map((media) => media.id);
      const others = (await query(sql.lockClaimed, profile)).map((media) => media.id).filter((media) => !shown.includes(media));
      if (shown.length > 0) {
        await query(sql.addClaims.event, { ...profile, visibility: "public", ids: shown });
        await query(sql.confirmClaims, { ...profile, visibility: "public", revision, ids: shown });
      }
      if (others.length === 0 || !all) return;
      await query(sql.releaseClaims, { ...profile, revision, ids: others });
      await query(sql.startExpiry, { ids: others });
    },
    // Each gives how many were removed. Their files become due for removal.
    /** Those of these posts that claim uploads. */
    async claimingPosts(ids: readonly PostId[]): Promise<PostId[]> {
      return (await query(sql.claiming, { postIds: ids })).map(({ postId }) => postId);
    },
    /** But for uploads that something else claims too. */
    async removeOfPost(id: PostId, actorId: UserId | null): Promise<number> {
      const post = named({ kind: "post", id });
      const ids = (await query(sql.lockClaimed, post)).map((media) => media.id);
      if (ids.length === 0) return 0;
      await query(sql.dropClaims, post);
      const removed = await announce(await query(sql.removeUnclaimed, { ids }), actorId);
      if (removed < ids.length) await query(sql.startExpiry, { ids });
      return removed;
    },
    /** The next of a deleted user's uploads, with the last of them the account of their space. Keys are those of a `Job`. */
    async removeOfOwner(ownerId: UserId, after: string | null, limit: number): Promise<Batch> {
      const [afterAt = "-infinity", afterId = "00000000-0000-0000-0000-000000000000"] = after?.split(" ") ?? [];
      const rows = await query(sql.nextOfOwner, { ownerId, afterAt, afterId: afterId as MediaId, limit });
      await announce(await query(sql.removeById, { ids: rows.map(({ id }) => id) }), ownerId);
      const batch = batchOf(
        rows.map(({ id, createdAt }) => `${createdAt.toISOString()} ${id}`),
        limit,
      );
      if (batch.next === null) await query(sql.forgetUsage, { ownerId });
      return batch;
    },
    /** A user is suspended, or no more. */
    saveSuspension: (event: EventOf<"user.suspended" | "user.unsuspended">) => suspensions.save(query, event),
    forgetSuspension: (userId: UserId) => suspensions.forget(query, userId),
    /**
     * Holds an upload back from others, gives it back or removes it, as the events of its case say, in any order and as often as they come.
     * Gives how many were removed.
     */
    async moderate(event: ContentDecision): Promise<number> {
      const { target, caseId } = event.data;
      const outcome = outcomeOf(event);
      if (target.type !== "media" || outcome === null) return 0;
      const id = asMediaId(target.id);
      const [before] = await query(sql.lockForModeration, { id });
      const { revision } = event.aggregate;
      if (!before || !isNewerDecision({ caseId, revision }, before.moderation)) return 0;
      // Nobody is the actor: who moderates is not told.
      if (outcome === "deleted") return announce(await query(sql.removeById, { ids: [id] }), null);
      await query(sql.moderate, { id, held: isHeld(outcome) ? outcome : null, moderation: JSON.stringify({ caseId, revision, reason: reasonOf(event) }) });
      return 0;
    },
    async removeUnclaimed(id: MediaId, actorId: UserId): Promise<number> {
      await query(sql.lockMedia, { id });
      return announce(await query(sql.removeUnclaimed, { ids: [id] }), actorId);
    },
    /** At most `limit` that have expired. */
    async removeExpired(now: Date, limit: number): Promise<number> {
      void query(readInOrder);
      return announce(await query(sql.removeExpired, { now, limit }), null);
    },
  };
}
export type Operations = ReturnType<typeof operationsOn>;

/** media-service's database. */
export function createStore(database: Database, wake: () => void) {
  const prisma = new PrismaClient({ adapter: database.prismaAdapter as PrismaPg });
  const { query } = database;
  return {
    transaction: <T>(work: (operations: Operations) => Promise<T>): Promise<T> => transact(database, wake, (transaction) => work(operationsOn(transaction))),
    async byId(id: MediaId): Promise<Media | undefined> {
      const [media] = await query(sql.findMedia, { ids: [id] });
      return media;
    },
    /** Newest first (oldest first after a key): all of a user's uploads, or those that something claims. */
    uploadsOf: (ownerId: UserId, window: Window) => sql.listByOwner(query, window, { ownerId }),
    claimedUploadsOf: (ownerId: UserId, window: Window) => sql.listClaimedByOwner(query, window, { ownerId }),
    pictureHashes: (ids: readonly MediaId[]) => query(sql.findPictureHashes, { ids }),
    exportPage: (ownerId: UserId, after: string | undefined) => query(sql.exportMedia, { ownerId, after: after ?? null }),
    /** How many bytes a user's uploads take. */
    async usageOf(ownerId: UserId): Promise<number> {
      const [usage] = await query(sql.findUsage, { ownerId });
      return usage?.bytes ?? 0;
    },
    async hasDirectUpload(ownerId: UserId, id: MediaId): Promise<boolean> {
      return (await query(sql.findDirectUpload, { ownerId, id })).length > 0;
    },
    /** How many bytes the form took; undefined while another request looks at it. Until `endCheck`, or for so long. */
    async beginCheck(ownerId: UserId, id: MediaId, seconds: number): Promise<number | undefined> {
      const [upload] = await query(sql.beginCheck, { ownerId, id, seconds });
      return upload?.bytes;
    },
    /** Whether there was one to cancel. */
    async cancelDirectUpload(ownerId: UserId, id: MediaId, seconds: number): Promise<boolean> {
      return (await query(sql.cancelDirectUpload, { ownerId, id, seconds })).length > 0;
    },
    endCheck: (id: MediaId) => query(sql.endCheck, { id }),
    /** Of the file under a path: who may see it, and the name of a document. Undefined when its upload is gone. */
    async fileAt(path: string): Promise<FoundFile | undefined> {
      const [file] = await query(sql.findFile, { id: mediaIdOf(path), path });
      return file;
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
    /** At most `limit` claims that were not confirmed in time, or were released. Gives how many. */
    async removeStaleClaims(now: Date, limit: number): Promise<number> {
      const before = new Date(now.getTime() - lapseMs);
      return (await inOrder(database, (query) => query(sql.removeStaleClaims, { before, limit }))).length;
    },
    retention: [suspensions.ended("ended_suspensions", database), sql.endedDirectUploads("ended_direct_uploads", database)],
    close: () => prisma.$disconnect(),
  };
}
export type Store = ReturnType<typeof createStore>;
