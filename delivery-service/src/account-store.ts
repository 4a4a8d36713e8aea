import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import * as sql from "./account-statements.ts";

/** Holds an account until the transaction ends. False when it is gone. */
export const lockAccount = async (query: Query, userId: UserId): Promise<boolean> => (await query(sql.lockAccount, { userId })).length > 0;

/** Leaves a tombstone. */
export async function buryAccount(query: Query, userId: UserId): Promise<void> {
  await query(sql.buryAccount, { userId });
}

/** What a user was notified of until then is read. */
export async function noteReading(query: Query, userId: UserId, until: string): Promise<void> {
  await query(sql.noteReading, { userId, until });
}
