import type { TokenScope } from "@newfeed/shared/contracts/account-dto.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { array, boolean, int4, sessionId, text, timestamptz, userId } from "@newfeed/shared/ports/columns.ts";
import { removal } from "@newfeed/shared/ports/housekeeping.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";

const scopes = array(text.as<TokenScope>());
const token = {
  id: sessionId,
  name: text,
  scopes: scopes.notNull,
  revision: int4,
  createdAt: timestamptz,
  lastUsedAt: timestamptz.nullable,
  expiresAt: timestamptz,
};
const columns = "id, name, scopes, revision, created_at, last_used_at, expires_at";

/** Two tokens of an account are created one after the other. */
export const lockAccount = statement({
  parameters: { accountId: userId },
  row: { id: userId },
  sql: ({ accountId }) => `SELECT id FROM account WHERE id = ${accountId} FOR NO KEY UPDATE`,
});

/** A session that has not ended. */
export const findSession = statement({
  parameters: { id: sessionId },
  row: { id: sessionId },
  sql: ({ id }) => `SELECT id FROM session WHERE id = ${id}`,
});

/** Unless the account has as many as it may. */
export const insertToken = statement({
  parameters: { id: sessionId, accountId: userId, hash: text, name: text, scopes, expiresAt: timestamptz },
  row: token,
  sql: ({ id, accountId, hash, name, scopes, expiresAt }) =>
    `INSERT INTO api_token (id, account_id, hash, name, scopes, expires_at)
     SELECT ${id}, ${accountId}, ${hash}, ${name}, ${scopes}, ${expiresAt}
     WHERE (SELECT count(*) FROM api_token WHERE account_id = ${accountId} AND expires_at > now()) < ${bounds.tokensPerUser}
     RETURNING ${columns}`,
});

export const findTokens = statement({
  parameters: { accountId: userId },
  row: token,
  sql: ({ accountId }) =>
    `SELECT ${columns} FROM api_token WHERE account_id = ${accountId} AND expires_at > now() ORDER BY id DESC LIMIT ${bounds.tokensPerUser}`,
});

/** Whose a token is that has not expired. That it is used is noted once a minute. */
export const useToken = statement({
  parameters: { hash: text },
  row: {
    id: sessionId,
    userId,
    username: text,
    roles: array(text).notNull,
    scopes: scopes.notNull,
    isVerified: boolean.notNull,
    expiresAt: timestamptz,
  },
  sql: ({ hash }) =>
    `WITH used AS (
       UPDATE api_token SET last_used_at = now()
       WHERE hash = ${hash} AND expires_at > now() AND (last_used_at IS NULL OR last_used_at < now() - interval '50 seconds')
     )
     SELECT t.id, t.account_id AS user_id, a.username, a.roles, t.scopes, a.email_verified_at IS NOT NULL AS is_verified, t.expires_at
     FROM api_token t JOIN account a ON a.id = t.account_id WHERE t.hash = ${hash} AND t.expires_at > now()`,
});

/** One token of an account, or all of them. */
export const deleteTokens = statement({
  parameters: { accountId: userId, id: sessionId.nullable },
  row: { id: sessionId, revision: int4 },
  sql: ({ accountId, id }) => `DELETE FROM api_token WHERE account_id = ${accountId} AND (${id} IS NULL OR id = ${id}) RETURNING id, revision`,
});

/** Nobody sees them any more. */
export const expiredTokens = removal({ table: "api_token", at: "expires_at", after: "1 hour" });
