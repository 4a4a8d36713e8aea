import type { ApiToken, TokenScope } from "@newfeed/shared/contracts/account-dto.ts";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { asSessionId, type SessionId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Language } from "@newfeed/shared/contracts/languages.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { hashOfApiToken, newApiToken } from "@newfeed/shared/ports/api-tokens.ts";
import { v7 as uuidv7 } from "uuid";
import { tellOwner } from "../mails/write.ts";
import { noteEnded } from "../sessions.ts";
import { type Asker, requireRecentProof, type StepUpOptions } from "../step-up/step-up.ts";
import type { ApiTokenRow, Operations, Store } from "../store.ts";

export const toApiToken = ({ createdAt, lastUsedAt, expiresAt, ...token }: ApiTokenRow): ApiToken => ({
  ...token,
  createdAt: createdAt.toISOString(),
  lastUsedAt: lastUsedAt?.toISOString() ?? null,
  expiresAt: expiresAt.toISOString(),
});

export interface NewToken {
  name: string;
  scopes: TokenScope[];
  expiresInDays: number;
}

/**
 * Creates a token for a program, and has a mail tell its owner. Its secret is given once; only its hash is stored. Throws what `requireRecentProof` does,
 * `forbidden` for a scope that the user's roles do not allow, `conflict` beyond 50 tokens.
 */
export async function createToken(
  { store, ...options }: StepUpOptions & { store: Pick<Store, "transaction"> },
  asker: Asker,
  { name, scopes, expiresInDays }: NewToken,
  language: Language,
): Promise<{ secret: string; token: ApiToken }> {
  const account = await requireRecentProof({ store, ...options }, asker);
  if (scopes.includes("admin:operate") && !account.roles.includes("admin"))
    throw new Problem("forbidden", { message: "Only administrators may create tokens with the scope admin:operate." });
  const secret = newApiToken();
  const created = await store.transaction(async (operations) => {
    const token = await operations.createToken({
      id: asSessionId(uuidv7()),
      accountId: account.id,
      askedBy: asker.sessionId,
      hash: hashOfApiToken(secret),
      name,
      scopes,
      expiresAt: new Date(Date.now() + expiresInDays * 86_400_000),
    });
    if (token) await tellOwner(operations, account, "token_created", language);
    return token;
  });
  if (!created) throw new Problem("conflict", { message: `You have ${bounds.tokensPerUser} tokens. Revoke one first.` });
  return { secret, token: toApiToken(created) };
}

/** Ends tokens of an account as sessions end, within the caller's transaction: one, or all. Gives those that there were. */
export const endTokens = async (operations: Operations, accountId: UserId, id: SessionId | null = null): Promise<SessionId[]> =>
  noteEnded(operations, accountId, await operations.revokeTokens(accountId, id));

/** What those who check a token by themselves need of it; null for one that does not exist, has expired or was revoked. Notes its use. */
export async function claimsOfToken(store: Pick<Store, "useToken">, hash: string, requireVerifiedEmail: boolean) {
  const token = await store.useToken(hash);
  if (!token) return null;
  const { isVerified, roles, ...claims } = token;
  return {
    ...claims,
    // A role is given to a program by its scope only.
    roles: roles.filter((role) => role !== "admin" || claims.scopes.includes("admin:operate")),
    unverified: requireVerifiedEmail && !isVerified,
    expiresAt: claims.expiresAt.toISOString(),
  };
}
