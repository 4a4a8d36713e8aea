import { invalidField, Problem } from "@newfeed/shared/contracts/errors.ts";
import { asDeviceId, type DeviceId, type NotificationId, type SessionId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import type { PushDevice, RegisterDevice } from "@newfeed/shared/contracts/routes/devices.ts";
import { transact } from "@newfeed/shared/outbox/transact.ts";
import type { Viewer } from "@newfeed/shared/ports/call.ts";
import type { Database } from "@newfeed/shared/ports/database.ts";
import { v7 as uuidv7 } from "uuid";
import { devicesIn, devicesOf, type StoredDevice } from "./device-store.ts";
import type { Targets } from "./targets.ts";

export interface DeviceOptions {
  database: Pick<Database, "query" | "transaction">;
  /** Has what was written be published. */
  publish: () => void;
  targets: Targets;
  /** Withholds pushes of what is shown already. */
  acknowledge: (userId: UserId, ids: readonly NotificationId[]) => Promise<void>;
  /** What browsers subscribe with. */
  webPushKey: string;
  /** Whether apps can be pushed to. */
  fcm: boolean;
  /** They may be at private addresses, and without HTTPS. */
  allowPrivate: boolean;
}

type Asker = Pick<Viewer, "userId" | "sessionId">;

const toPushDevice = ({ id, kind, name, language, sessionId, createdAt }: StoredDevice, current: SessionId | null): PushDevice => ({
  ...{ id, kind, name, language },
  current: sessionId === current,
  createdAt: createdAt.toISOString(),
});

export async function listDevices({ database, webPushKey }: DeviceOptions, { userId, sessionId }: Asker) {
  return { data: (await devicesOf(database.query, userId)).map((device) => toPushDevice(device, sessionId)), webPushKey };
}

/** Without where pushes go. */
export const exportDevices = async ({ database }: DeviceOptions, userId: UserId): Promise<PushDevice[]> =>
  (await devicesOf(database.query, userId)).map((device) => toPushDevice(device, null));

/** Throws `validation_failed` for what nothing can be pushed to, `unauthenticated` once the account is gone. */
export async function registerDevice(options: DeviceOptions, { userId, sessionId }: Asker, device: RegisterDevice): Promise<PushDevice> {
  if (device.kind === "fcm" && !options.fcm) throw invalidField("kind", "apps are not pushed to here");
  if (device.subscription && !options.allowPrivate && new URL(device.subscription.endpoint).protocol !== "https:")
    throw invalidField("subscription.endpoint", "must begin with https://");
  const { kind, name, language } = device;
  const stored = { id: asDeviceId(uuidv7()), ownerId: userId, sessionId, kind, name, language, ...options.targets.seal(device) };
  const saved = await transact(options.database, options.publish, (transaction) => devicesIn(transaction).save(stored));
  if (!saved) throw new Problem("unauthenticated", { internal: "the account is gone" });
  return toPushDevice(saved, sessionId);
}

/** Throws `not_found`. */
export async function removeDevice({ database, publish }: DeviceOptions, { userId }: Asker, id: DeviceId): Promise<void> {
  if (!(await transact(database, publish, (transaction) => devicesIn(transaction).remove(userId, id)))) throw new Problem("not_found");
}
