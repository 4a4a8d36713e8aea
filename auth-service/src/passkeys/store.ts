import type { PasskeyId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import type { AnsweredChallenge } from "./challenges.ts";
import * as sql from "./statements.ts";
import type { CredentialKey } from "./webauthn.ts";

/** What is read, and what one statement does. */
export const passkeyStore = (query: Query) => ({
  passkeysOf: (accountId: UserId) => query(sql.passkeysOf, { accountId }),
  findPasskey: async (credentialId: string) => (await query(sql.findPasskey, { credentialId }))[0] ?? null,
  /** Notes a signature; false when its challenge was answered before, or the passkey has signed since. */
  usePasskey: async (id: PasskeyId, counter: number, challenge: AnsweredChallenge): Promise<boolean> =>
    (await query(sql.usePasskey, { id, counter, ...challenge })).length > 0,
  /** Null when the account has none of this id. */
  renamePasskey: async (accountId: UserId, id: PasskeyId, name: string) => (await query(sql.renamePasskey, { accountId, id, name }))[0] ?? null,
});

/** What is done within a transaction. */
export const passkeyOperations = (query: Query) => ({
  passkeysOf: (accountId: UserId) => query(sql.passkeysOf, { accountId }),
  /** False when it was answered before. */
  answerChallenge: async (challenge: AnsweredChallenge): Promise<boolean> => (await query(sql.answerChallenge, { ...challenge })).length > 0,
  /** Null when it is an account's already. */
  addPasskey: async (passkey: CredentialKey & { id: PasskeyId; accountId: UserId; name: string }) => (await query(sql.insertPasskey, passkey))[0] ?? null,
  removePasskey: async (accountId: UserId, id: PasskeyId): Promise<boolean> => (await query(sql.deletePasskey, { accountId, id })).length > 0,
});

export const passkeyRetention = (database: Pick<Database, "transaction">) => [sql.expiredChallenges("expired_passkey_challenges", database)];
