import { array, boolean, int4, sessionId, text, timestamptz, userId } from "@newfeed/shared/ports/columns.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";

// Accounts

/** Keeps an account from being deleted until the transaction ends. */
export const keepAccount = statement({
  parameters: { accountId: userId },
  row: { id: userId },
  sql: ({ accountId }) => `SELECT id FROM account WHERE id = ${accountId} FOR KEY SHARE`,
});

/** The account with this e-mail address or username, without regard to case. */
export const findByLogin = statement({
  parameters: { login: text },
  row: { id: userId, passwordHash: text },
  sql: ({ login }) => `SELECT id, password_hash FROM account WHERE lower(email) = lower(${login}) OR lower(username) = lower(${login}) LIMIT 1`,
});

/** `usernames` are in lower case. */
export const findAccounts = statement({
  parameters: { ids: array(userId), usernames: array(text) },
  row: { id: userId, username: text, fullName: text, createdAt: timestamptz },
  sql: ({ ids, usernames }) => `SELECT id, username, full_name, created_at FROM account WHERE id = ANY(${ids}) OR lower(username) = ANY(${usernames})`,
});

/** Unless a name of a newer profile is here. */
export const renameAccount = statement({
  parameters: { id: userId, fullName: text, profileRevision: int4 },
  sql: ({ id, fullName, profileRevision }) =>
    `UPDATE account SET full_name = ${fullName}, profile_revision = ${profileRevision}, revision = revision + 1
     WHERE id = ${id} AND profile_revision < ${profileRevision}`,
});

/** Grants a role, or revokes it. */
export const setRole = statement({
  parameters: { username: text, role: text, granted: boolean },
  row: { id: userId },
  sql: ({ username, role, granted }) =>
    `UPDATE account SET revision = revision + 1,
       roles = CASE WHEN ${granted} THEN array_append(array_remove(roles, ${role}), ${role}) ELSE array_remove(roles, ${role}) END
     WHERE lower(username) = lower(${username}) RETURNING id`,
});

export const deleteAccount = statement({
  parameters: { id: userId },
  row: { revision: int4 },
  sql: ({ id }) => `DELETE FROM account WHERE id = ${id} RETURNING revision`,
});

// Sessions

/** From where the account was used last: of its hundred latest sessions. */
export const addressesOf = statement({
  parameters: { accountId: userId.nullable },
  row: { address: text },
  sql: ({ accountId }) => `SELECT address FROM session WHERE account_id = ${accountId} AND expires_at > now() ORDER BY last_used_at DESC LIMIT 100`,
});

export const lockSession = statement({ parameters: { id: sessionId }, sql: ({ id }) => `SELECT FROM session WHERE id = ${id} FOR UPDATE` });

/** One session of an account, or all of them. */
export const deleteSessions = statement({
  parameters: { accountId: userId, id: sessionId.nullable },
  row: { id: sessionId, revision: int4 },
  sql: ({ accountId, id }) => `DELETE FROM session WHERE account_id = ${accountId} AND (${id} IS NULL OR id = ${id}) RETURNING id, revision`,
});
