import type { TokenScope } from "@newfeed/shared/contracts/account-dto.ts";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { SessionId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import * as sql from "./statements.ts";

/** A token as it is listed. */
export interface ApiTokenRow {
  id: SessionId;
  name: string;
  scopes: TokenScope[];
  revision: number;
  createdAt: Date;
  lastUsedAt: Date | null;
  expiresAt: Date;
}

/** Null when the account has as many tokens as it may. Throws `unauthenticated` when the session that asks has ended, as with a new password. */
export async function createToken(
  query: Query,
  { askedBy, ...token }: { id: SessionId; accountId: UserId; askedBy: SessionId; hash: string; name: string; scopes: TokenScope[]; expiresAt: Date },
): Promise<ApiTokenRow | null> {
  await query(sql.lockAccount, { accountId: token.accountId });
  const [session] = await query(sql.findSession, { id: askedBy });
  if (!session) throw new Problem("unauthenticated", { internal: "the session has ended meanwhile" });
  const [created] = await query(sql.insertToken, token);
  return created ?? null;
}

export const tokensOf = (query: Query, accountId: UserId): Promise<ApiTokenRow[]> => query(sql.findTokens, { accountId });

/** Whose a token is, by its hash; null for one that does not exist, or has expired. Notes its use. */
export const useToken = async (query: Query, hash: string) => (await query(sql.useToken, { hash }))[0] ?? null;

/** One token, or all. Gives those that there were. */
export const deleteTokens = (query: Query, accountId: UserId, id: SessionId | null) => query(sql.deleteTokens, { accountId, id });

export const tokenRetention = (database: Pick<Database, "transaction">) => [sql.expiredTokens("expired_api_tokens", database)];
