import type { NotificationId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { QuietHours } from "@newfeed/shared/contracts/routes/notification-preferences.ts";
import { transact } from "@newfeed/shared/outbox/transact.ts";
import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import { devicesIn } from "../devices/device-store.ts";
import * as sql from "./statements.ts";

/** A push service keeps what it cannot deliver for as long. */
const lifetime = "1 day";

type Due = Awaited<ReturnType<typeof take>>[number];
export type Target = Exclude<Due["to"], string>;
/** A push that is to be sent now. */
export type DuePush = Due;
/** Why a push was not sent: an open page has shown it, it was read, its device is gone or refuses it, or it is too late. */
export type PushEnd = "shown" | "read" | "device_gone" | "refused" | "expired";

async function take(query: Query, most: number) {
  const due = await query(sql.takeDue, { most });
  const targets = due.length === 0 ? [] : await query(sql.findTargets, { ids: [...new Set(due.map(({ deviceId }) => deviceId))] });
  const byDevice = new Map(targets.map((target) => [target.id, target]));
  const acknowledged = new Set(due.length === 0 ? [] : (await query(sql.findAcknowledged, { ids: due.map(({ id }) => id) })).map(({ id }) => id));
  return due.map((push) => ({ ...push, to: acknowledged.has(push.id) ? ("shown" as const) : targetOf(push, byDevice.get(push.deviceId)) }));
}

/** Where it goes, or why it is not to be sent any more. */
function targetOf<T extends { ownerId: UserId; readUntil: Date | null }>(
  push: { ownerId: UserId; closing: boolean; notifiedAt: Date; expiresAt: Date },
  target: T | undefined,
): T | PushEnd {
  // It may be another user's by now.
  if (target?.ownerId !== push.ownerId) return "device_gone";
  if (push.expiresAt.getTime() <= Date.now()) return "expired";
  const isRead = target.readUntil !== null && push.notifiedAt <= target.readUntil;
  return isRead && !push.closing ? "read" : target;
}

/** Pushes in delivery-service's database. */
export function createPushStore(database: Pick<Database, "query" | "transaction">, wake: () => void) {
  const { query } = database;
  return {
    /** Null when nothing is due. */
    async take(most: number): Promise<DuePush[] | null> {
      const due = await database.transaction((within) => take(within, most));
      return due.length === 0 ? null : due;
    },
    async noteSent({ id, attempts, revision, closing }: DuePush): Promise<void> {
      if (closing) await query(sql.dropPush, { id, attempts, revision, outcome: "sent" });
      else await query(sql.noteSent, { id, attempts, revision });
    },
    async putBack({ id, attempts, revision }: DuePush, inMs: number): Promise<void> {
      await query(sql.putBack, { id, attempts, revision, inMs });
    },
    /** It is sent at that time, as if it were the first time that it is due. */
    async waitUntil({ id, attempts, revision }: DuePush, until: Date): Promise<void> {
      await query(sql.putOff, { id, attempts, revision, until, hasLonger: true });
    },
    /** It is looked at then, unless it is too late by then. */
    async putOff({ id, attempts, revision }: DuePush, until: Date): Promise<void> {
      await query(sql.putOff, { id, attempts, revision, until, hasLonger: false });
    },
    async drop({ id, attempts, revision }: DuePush, outcome: PushEnd): Promise<void> {
      await query(sql.dropPush, { id, attempts, revision, outcome });
    },
    /** A push service does not know it any more. */
    async removeDevice({ ownerId, deviceId }: DuePush): Promise<void> {
      await transact(database, wake, (transaction) => devicesIn(transaction).remove(ownerId, deviceId));
    },
    /** These notifications were shown to their recipient: what waits of them is not pushed. */
    async acknowledge(userId: UserId, ids: readonly NotificationId[]): Promise<void> {
      await query(sql.acknowledge, { userId, ids });
    },
    /** What became of pushes, by their notifications. */
    fatesOf: (ownerId: UserId, ids: readonly NotificationId[]) => query(sql.findFates, { ownerId, ids }),
    exportOf: (ownerId: UserId, after: string | undefined, limit: number) => query(sql.exportOutcomes, { ownerId, after: after ?? null, limit }),
    retention: [
      sql.oldOutcomes("old_push_outcomes", database),
      sql.expiredPushes("expired_pushes", database),
      sql.oldAcknowledgements("old_acknowledgements", database),
    ],
  };
}
export type PushStore = ReturnType<typeof createPushStore>;

/** A notification for all devices of its recipient. */
export interface NewPush {
  ownerId: UserId;
  notificationId: NotificationId;
  /** Of the notification. */
  revision: number;
  /** JSON. */
  body: string;
  collapseKey: string;
  urgency: "normal" | "high";
  /** ISO 8601, as the next one. */
  notifiedAt: string;
  /** When the event has happened. */
  newsAt: string;
  quietUntil: string | null;
  /** As the user has set them. */
  quietHours: QuietHours | null;
  /** Otherwise it changes what waits, and adds nothing. */
  isNews: boolean;
  /** For so long it waits at least. */
  heldMs: number;
}

/** What is written with the events of notifications. Each gives whether there is something to send. */
export const pushesIn = (query: Query) => ({
  async add(push: NewPush): Promise<boolean> {
    const quietHours = push.quietHours && JSON.stringify(push.quietHours);
    return (await query(sql.addPushes, { ...push, quietHours, lifetime })).length > 0;
  },
  /** They are read. */
  close: async (ownerId: UserId, ids: readonly NotificationId[]): Promise<boolean> => (await query(sql.closePushes, { ownerId, ids })).length > 0,
  async withdraw(ownerId: UserId, id: NotificationId): Promise<boolean> {
    const closed = await query(sql.closePushes, { ownerId, ids: [id] });
    await query(sql.forgetOutcome, { ownerId, notificationId: id });
    return closed.length > 0;
  },
  async closeAll(ownerId: UserId, until: string): Promise<boolean> {
    const body = JSON.stringify({ closed: { until } });
    return (await query(sql.closeAllPushes, { ownerId, until, body, lifetime })).length > 0;
  },
});

/** Removes some of what a deleted user was to get. Gives the keys of the rows, in order. */
export async function removeNextPushes(query: Query, owner: string, after: string | null, limit: number): Promise<string[]> {
  return (await query(sql.removePushes, { owner, after, limit })).map(({ key }) => key);
}

/** The same of what became of what they got. */
export async function removeNextOutcomes(query: Query, owner: string, after: string | null, limit: number): Promise<string[]> {
  return (await query(sql.removeOutcomes, { owner, after, limit })).map(({ key }) => key);
}
