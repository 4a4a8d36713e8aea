import { array, int8, text, timestamptz, userId } from "@newfeed/shared/ports/columns.ts";
import { removal } from "@newfeed/shared/ports/housekeeping.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";

// Logins

export const findLogin = statement({
  parameters: { providers: array(text), providerUserId: text },
  row: { accountId: userId },
  sql: ({ providers, providerUserId }) =>
    `SELECT account_id FROM external_login WHERE provider = ANY(${providers}) AND provider_user_id = ${providerUserId} LIMIT 1`,
});

/** Nothing when it is an account's already, or the account has one of the provider. */
export const insertLogin = statement({
  parameters: { provider: text, providerUserId: text, accountId: userId, name: text, fullName: text.nullable },
  row: { accountId: userId },
  sql: ({ provider, providerUserId, accountId, name, fullName }) =>
    `INSERT INTO external_login (provider, provider_user_id, account_id, name, full_name)
     VALUES (${provider}, ${providerUserId}, ${accountId}, ${name}, ${fullName})
     ON CONFLICT DO NOTHING RETURNING account_id`,
});

/** One of each provider at most. */
export const loginsOf = statement({
  parameters: { accountId: userId },
  row: { provider: text, name: text, createdAt: timestamptz },
  sql: ({ accountId }) => `SELECT provider, name, created_at FROM external_login WHERE account_id = ${accountId} ORDER BY provider LIMIT 10`,
});

/** Holds up others that change how an account signs in. */
export const lockAccount = statement({
  parameters: { id: userId },
  row: { id: userId, email: text, passwordHash: text.nullable },
  sql: ({ id }) => `SELECT id, email, password_hash FROM account WHERE id = ${id} FOR UPDATE`,
});

export const deleteLogin = statement({
  parameters: { accountId: userId, provider: text },
  row: { provider: text },
  sql: ({ accountId, provider }) => `DELETE FROM external_login WHERE account_id = ${accountId} AND provider = ${provider} RETURNING provider`,
});

// Codes

const identity = { provider: text, providerUserId: text, name: text, email: text.nullable, username: text.nullable, fullName: text.nullable };
export const insertCode = statement({
  parameters: { hash: text, challenge: text, ...identity, lifetimeSeconds: int8 },
  sql: ({ hash, challenge, provider, providerUserId, name, email, username, fullName, lifetimeSeconds }) =>
    `INSERT INTO sign_in_code (hash, challenge, provider, provider_user_id, name, email, username, full_name, expires_at)
     VALUES (${hash}, ${challenge}, ${provider}, ${providerUserId}, ${name}, ${email}, ${username}, ${fullName}, now() + ${lifetimeSeconds} * interval '1 second')`,
});

export const useCode = statement({
  parameters: { hash: text, challenge: text },
  row: identity,
  sql: ({ hash, challenge }) =>
    `DELETE FROM sign_in_code WHERE hash = ${hash} AND challenge = ${challenge} AND expires_at > now()
     RETURNING provider, provider_user_id, name, email, username, full_name`,
});

export const expiredCodes = removal({ table: "sign_in_code", at: "expires_at", after: "1 hour" });
