import type { DeviceId, SessionId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Query, Transaction } from "@newfeed/shared/ports/database.ts";
import { lockAccount } from "../account-store.ts";
import * as sql from "./statements.ts";

export interface StoredDevice {
  id: DeviceId;
  ownerId: UserId;
  sessionId: SessionId;
  kind: "web" | "fcm";
  name: string;
  language: string;
  /** Sealed. */
  target: string;
  createdAt: Date;
}

/** A user's, the newest first. */
export const devicesOf = (query: Query, ownerId: UserId): Promise<StoredDevice[]> => query(sql.findDevices, { ownerId });

/** What is done with devices within one transaction. */
export const devicesIn = ({ query, enqueue }: Pick<Transaction, "query" | "enqueue">) => {
  /** Tells of it when a user has a first device, or none any more. The account is locked. */
  async function note(userId: UserId): Promise<void> {
    const [changed] = await query(sql.noteDevices, { userId });
    if (changed)
      await enqueue({
        type: "devices.changed",
        aggregate: { id: userId, revision: changed.revision },
        actorId: null,
        data: { userId, any: changed.any },
      });
  }
  return {
    /** Undefined when the account is gone. */
    async save(device: Omit<StoredDevice, "createdAt"> & { address: string }): Promise<StoredDevice | undefined> {
      const [known] = await query(sql.lockDevice, { address: device.address });
      // Accounts are locked in one order: two who have the device in turns wait for each other.
      const owners = [...new Set([device.ownerId, ...(known ? [known.ownerId] : [])])].toSorted();
      const locked = new Set<UserId>();
      for (const owner of owners) if (await lockAccount(query, owner)) locked.add(owner);
      if (!locked.has(device.ownerId)) return undefined;
      const [saved] = await query(sql.saveDevice, device);
      await query(sql.dropOldest, { ownerId: device.ownerId });
      for (const owner of locked) await note(owner);
      return saved;
    },
    /** False when it is none of this user's. */
    async remove(ownerId: UserId, id: DeviceId): Promise<boolean> {
      if (!(await lockAccount(query, ownerId))) return false;
      const [removed] = await query(sql.deleteDevice, { id, ownerId });
      if (removed) await note(ownerId);
      return removed !== undefined;
    },
    /** A session of a user has ended. */
    async removeOfSession(ownerId: UserId, sessionId: SessionId): Promise<void> {
      if ((await query(sql.deleteDevicesOfSession, { sessionId })).length > 0 && (await lockAccount(query, ownerId))) await note(ownerId);
    },
    async removeOf(ownerId: UserId): Promise<void> {
      await query(sql.deleteDevicesOf, { ownerId });
    },
  };
};
