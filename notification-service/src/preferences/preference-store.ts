import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import * as sql from "./preference-statements.ts";

export type { Choices, StoredPreferences } from "./preference-statements.ts";

export async function findPreferences(query: Query, userIds: readonly UserId[]): Promise<Map<UserId, sql.StoredPreferences>> {
  if (userIds.length === 0) return new Map();
  return new Map((await query(sql.findPreferences, { userIds })).map(({ userId, ...stored }) => [userId, stored]));
}

/** Locks a user's preferences until the end of the transaction; undefined when the account is gone. */
export async function lockPreferences(query: Query, userId: UserId): Promise<sql.StoredPreferences | undefined> {
  const [row] = await query(sql.lockPreferences, { userId });
  return row;
}

export async function savePreferences(query: Query, userId: UserId, { choices, mailFrequency, quietHours, revision }: sql.StoredPreferences): Promise<void> {
  const json = (value: object | null) => (value === null ? null : JSON.stringify(value));
  await query(sql.savePreferences, { userId, choices: JSON.stringify(choices), mailFrequency, quietHours: json(quietHours), revision });
}

/** `any`: whether the user has a device that can be pushed to. */
export async function saveDevices(query: Query, { userId, any }: { userId: UserId; any: boolean }): Promise<void> {
  await query(sql.saveDevices, { userId, any });
}

export async function removePreferences(query: Query, userId: UserId): Promise<void> {
  await query(sql.removePreferences, { userId });
}
