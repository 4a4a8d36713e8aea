import { array, boolean, int4, int8, sessionId, text, timestamptz, userId } from "@newfeed/shared/ports/columns.ts";
import { removal } from "@newfeed/shared/ports/housekeeping.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { refuseSubjectsOf, refuseTokensOf } from "./external-tokens/statements.ts";

// Accounts

/** SQL: is an account suspended at the moment? */
const isSuspended = "(suspended AND coalesce(suspended_until > clock_timestamp(), true))";

/** Unless a newer event was here. Gives no row then. */
export const suspendAccount = statement({
  parameters: { id: userId, suspended: boolean, until: timestamptz.nullable, reason: text.nullable, revision: int4 },
  row: { id: userId },
  sql: ({ id, suspended, until, reason, revision }) =>
    `UPDATE account SET suspended = ${suspended}, suspended_until = ${until}, suspension_reason = ${reason}, suspension_revision = ${revision}
     WHERE id = ${id} AND suspension_revision < ${revision} RETURNING id`,
});

/** For those who check tokens by themselves. */
export const noteRevoked = statement({
  parameters: { userId, ids: array(sessionId) },
  sql: ({ userId, ids }) => `INSERT INTO revocation (session_id, user_id) SELECT id, ${userId} FROM unnest(${ids}) AS id ON CONFLICT DO NOTHING`,
});

/** Keeps an account from being deleted, and suspended, until the transaction ends. `reason`: of one that is suspended now. */
export const keepAccount = statement({
  parameters: { accountId: userId },
  row: { id: userId, awaitsApproval: boolean, reason: text.nullable, suspendedUntil: timestamptz.nullable },
  sql: ({ accountId }) =>
    `SELECT id, awaits_approval, CASE WHEN ${isSuspended} THEN suspension_reason END AS reason, suspended_until FROM account WHERE id = ${accountId} FOR SHARE`,
});

/** The account with this username, or this e-mail address where it signs in, without regard to case. */
export const findByLogin = statement({
  parameters: { login: text },
  row: { id: userId, passwordHash: text.nullable },
  sql: ({ login }) =>
    `SELECT id, password_hash FROM account WHERE (lower(email) = lower(${login}) AND email_is_login) OR lower(username) = lower(${login}) LIMIT 1`,
});

/** `usernames` are in lower case. Accounts that wait for approval are not told. */
export const findAccounts = statement({
  parameters: { ids: array(userId), usernames: array(text) },
  row: { id: userId, username: text, fullName: text, createdAt: timestamptz },
  sql: ({ ids, usernames }) =>
    `SELECT id, username, full_name, created_at FROM account WHERE (id = ANY(${ids}) OR lower(username) = ANY(${usernames})) AND NOT awaits_approval`,
});

export const findMailboxes = statement({
  parameters: { ids: array(userId) },
  row: { id: userId, address: text, verified: boolean.notNull, language: text.nullable },
  sql: ({ ids }) =>
    `SELECT id, email AS address, email_verified_at IS NOT NULL AS verified, preferred_language AS language FROM account
     WHERE id = ANY(${ids}) AND email <> '' AND NOT ${isSuspended}`,
});

/** Unless a name of a newer profile is here. */
export const renameAccount = statement({
  parameters: { id: userId, fullName: text, profileRevision: int4 },
  sql: ({ id, fullName, profileRevision }) =>
    `UPDATE account SET full_name = ${fullName}, profile_revision = ${profileRevision}, revision = revision + 1
     WHERE id = ${id} AND profile_revision < ${profileRevision}`,
});

/** Unless newer preferences are here. */
export const preferLanguage = statement({
  parameters: { id: userId, language: text.nullable, preferencesRevision: int4 },
  sql: ({ id, language, preferencesRevision }) =>
    `UPDATE account SET preferred_language = ${language}, preferences_revision = ${preferencesRevision}
     WHERE id = ${id} AND preferences_revision < ${preferencesRevision}`,
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

export const setPassword = statement({
  parameters: { id: userId, passwordHash: text },
  row: { email: text, revision: int4 },
  sql: ({ id, passwordHash }) => `UPDATE account SET password_hash = ${passwordHash}, revision = revision + 1 WHERE id = ${id} RETURNING email, revision`,
});

export const deleteAccount = statement({
  parameters: { id: userId },
  row: { revision: int4 },
  sql: ({ id }) =>
    `WITH gone AS (DELETE FROM account WHERE id = ${id} RETURNING id, revision, email, username, preferred_language, language),
       refused AS (${refuseSubjectsOf("gone", "issued so far")}),
       farewell AS (
         INSERT INTO farewell (account_id, address, username, language)
         SELECT id, email, username, coalesce(preferred_language, language, 'en') FROM gone WHERE email <> '' ON CONFLICT DO NOTHING)
     SELECT revision FROM gone`,
});

// Sessions

/** From where the account was used last: of its hundred latest sessions. */
export const addressesOf = statement({
  parameters: { accountId: userId.nullable },
  row: { address: text },
  sql: ({ accountId }) => `SELECT address FROM session WHERE account_id = ${accountId} AND expires_at > now() ORDER BY last_used_at DESC LIMIT 100`,
});

export const lockSession = statement({ parameters: { id: sessionId }, sql: ({ id }) => `SELECT FROM session WHERE id = ${id} FOR UPDATE` });

/** Its user has just proven who they are. */
export const noteProof = statement({
  parameters: { id: sessionId },
  row: { provedAt: timestamptz.notNull },
  sql: ({ id }) => `UPDATE session SET proved_at = now() WHERE id = ${id} RETURNING proved_at`,
});

/** Tokens from elsewhere that stand for a session end with it. */
const ending = (sessions: string) =>
  `WITH ended AS (${sessions} RETURNING id, revision), refused AS (${refuseTokensOf("ended")}) SELECT id, revision FROM ended`;

/** One session of an account, or all of them; but for `except`. */
export const deleteSessions = statement({
  parameters: { accountId: userId, id: sessionId.nullable, except: sessionId.nullable },
  row: { id: sessionId, revision: int4 },
  sql: ({ accountId, id, except }) =>
    ending(`DELETE FROM session WHERE account_id = ${accountId} AND (${id} IS NULL OR id = ${id}) AND id IS DISTINCT FROM ${except}`),
});

/** Those of an account that were used the longest ago: beyond so many; some at a time. */
export const deleteSessionsBeyond = statement({
  parameters: { accountId: userId, kept: int4 },
  row: { id: sessionId, revision: int4 },
  sql: ({ accountId, kept }) =>
    ending(`DELETE FROM session WHERE ctid = ANY(ARRAY(
       SELECT ctid FROM session WHERE account_id = ${accountId} ORDER BY last_used_at DESC, id DESC OFFSET ${kept} LIMIT 100
     ))`),
});

// Retention

const removed = { removed: int8.notNull };

/**
 * Some refresh tokens that were used a while ago, and those that were given out beside one of them: neither can be valid any
 * more. Older versions issued tokens that do not say by themselves that they were; those go with their session.
 */
export const removeUsedTokens = statement({
  row: removed,
  sql: `WITH used AS MATERIALIZED (
          SELECT hash, parent_hash FROM refresh_token WHERE used_at < now() - interval '1 minute' AND recognisable
          ORDER BY used_at LIMIT 500 FOR UPDATE SKIP LOCKED
        ),
        gone AS (
          DELETE FROM refresh_token
          WHERE hash = ANY(ARRAY(SELECT hash FROM used UNION SELECT t.hash FROM used JOIN refresh_token t ON t.parent_hash = used.parent_hash)) RETURNING 1
        )
        SELECT count(*) AS removed FROM gone`,
  plan: "each time",
});

const expired = "SELECT id FROM session WHERE expires_at < now() ORDER BY expires_at LIMIT 200";
export const removeTokensOfExpired = statement({
  row: removed,
  sql: `WITH gone AS (
          DELETE FROM refresh_token WHERE hash = ANY(ARRAY(
            SELECT t.hash FROM (${expired}) s CROSS JOIN LATERAL (SELECT hash FROM refresh_token t WHERE t.session_id = s.id LIMIT 1000) t
            LIMIT 1000)) RETURNING 1
        )
        SELECT count(*) AS removed FROM gone`,
  plan: "each time",
});
/** Behind their tokens: the foreign key finds a few at most. */
export const removeExpiredSessions = statement({
  row: removed,
  sql: `WITH gone AS (DELETE FROM session WHERE id = ANY(ARRAY(${expired} FOR UPDATE SKIP LOCKED)) RETURNING 1) SELECT count(*) AS removed FROM gone`,
  plan: "each time",
});
/** As long as an access token of theirs may live, twice. */
export const oldRevocations = removal({ table: "revocation", at: "revoked_at", after: "30 minutes" });
