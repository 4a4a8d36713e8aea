import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import { ofIssuers } from "../external-tokens/keys.ts";
import type { Identity } from "./openid.ts";
import * as sql from "./statements.ts";

const codeLifetimeSeconds = 600;

/** A user of a provider. */
export type ExternalIdentity = Identity & { provider: string };
type Key = Pick<ExternalIdentity, "provider" | "providerUserId" | "name">;

const sameUsers = (provider: string) => (ofIssuers.includes(provider) ? ofIssuers : [provider]);

/** What may be done within one transaction. */
export const externalLoginOperations = (query: Query) => ({
  accountOfLogin: async ({ provider, providerUserId }: Key): Promise<UserId | null> =>
    (await query(sql.findLogin, { providers: sameUsers(provider), providerUserId }))[0]?.accountId ?? null,
  /** False when it is an account's already, or the account has one of the provider. */
  addLogin: async (accountId: UserId, { provider, providerUserId, name, fullName }: Key & Pick<Identity, "fullName">): Promise<boolean> =>
    (await query(sql.insertLogin, { provider, providerUserId, accountId, name, fullName })).length > 0,
  loginsOf: (accountId: UserId) => query(sql.loginsOf, { accountId }),
  /** Null when the account is gone. */
  lockAccount: async (id: UserId) => (await query(sql.lockAccount, { id }))[0] ?? null,
  removeLogin: async (accountId: UserId, provider: string): Promise<boolean> => (await query(sql.deleteLogin, { accountId, provider })).length > 0,
  /** Uses a code up; null for one of none, of another challenge, or that has expired. */
  useSignInCode: async (hash: string, challenge: string): Promise<ExternalIdentity | null> => (await query(sql.useCode, { hash, challenge }))[0] ?? null,
});

export const externalLoginStore = (query: Query) => ({
  accountOfLogin: externalLoginOperations(query).accountOfLogin,
  externalLoginsOf: (accountId: UserId) => query(sql.loginsOf, { accountId }),
  addSignInCode: (hash: string, challenge: string, identity: ExternalIdentity) =>
    query(sql.insertCode, { hash, challenge, ...identity, lifetimeSeconds: codeLifetimeSeconds }),
});

export const externalLoginRetention = (database: Pick<Database, "transaction">) => [sql.expiredCodes("expired_sign_in_codes", database)];
