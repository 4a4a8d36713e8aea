import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import * as sql from "./statements.ts";

/** A second factor as it is stored. */
export interface StoredFactor {
  secret: string;
  /** Null until a first code has turned it on. */
  confirmedAt: Date | null;
  /** That are left. */
  recoveryCodes: number;
}

/** What is read, and what one statement does. */
export const secondFactorStore = (query: Query) => ({
  findFactor: async (accountId: UserId): Promise<StoredFactor | null> => (await query(sql.findFactor, { accountId }))[0] ?? null,
  /** False when one is on already. */
  putFactor: async (accountId: UserId, secret: string): Promise<boolean> => (await query(sql.putFactor, { accountId, secret })).length > 0,
  /** Uses the code of a time step; false when it, or a later one, was used. */
  useStep: async (accountId: UserId, step: number): Promise<boolean> => (await query(sql.useStep, { accountId, step })).length > 0,
  /** False for a code that is none, or was used. */
  useRecoveryCode: async (accountId: UserId, hash: string): Promise<boolean> => (await query(sql.useCode, { accountId, hash })).length > 0,
  addChallenge: async (hash: string, accountId: UserId, expiresAt: Date): Promise<void> => {
    await query(sql.insertChallenge, { hash, accountId, expiresAt });
  },
  /** The account of a challenge that may be tried. */
  findChallenge: async (hash: string): Promise<UserId | null> => (await query(sql.findChallenge, { hash }))[0]?.accountId ?? null,
  /** Counts a try. Gives the account; null when the challenge has expired, was used, or tried five times. */
  tryChallenge: async (hash: string): Promise<UserId | null> => (await query(sql.tryChallenge, { hash }))[0]?.accountId ?? null,
});

/** What is done within a transaction. */
export const secondFactorOperations = (query: Query) => ({
  /** Turns it on; false when it is on already, or has another secret meanwhile. */
  confirmFactor: async (accountId: UserId, secret: string, step: number): Promise<boolean> =>
    (await query(sql.confirmFactor, { accountId, secret, step })).length > 0,
  /** False when there was none that was on. */
  async removeFactor(accountId: UserId): Promise<boolean> {
    const [removed] = await query(sql.deleteFactor, { accountId });
    await query(sql.deleteCodes, { accountId });
    return removed?.confirmedAt != null;
  },
  async replaceCodes(accountId: UserId, hashes: string[]): Promise<void> {
    await query(sql.deleteCodes, { accountId });
    await query(sql.insertCodes, { accountId, hashes });
  },
  /** False when another call has used it. */
  useChallenge: async (hash: string): Promise<boolean> => (await query(sql.useChallenge, { hash })).length > 0,
});

export const secondFactorRetention = (database: Pick<Database, "transaction">) => [sql.expiredChallenges("expired_login_challenges", database)];
