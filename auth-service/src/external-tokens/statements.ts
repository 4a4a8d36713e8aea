import { array, boolean, sessionId, text, timestamptz, userId } from "@newfeed/shared/ports/columns.ts";
import { removal } from "@newfeed/shared/ports/housekeeping.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";

/** The clocks of the issuer and of this database differ by some seconds. */
const now = "now() + interval '5 seconds'";
const refuse = (rows: string) =>
  `INSERT INTO token_refusal (key, issued_until) ${rows}
   ON CONFLICT (key) DO UPDATE SET issued_until = greatest(token_refusal.issued_until, excluded.issued_until), created_at = now()`;

/** Refuses the tokens of sessions that end: of one that the issuer names all, else those that were issued so far. `ended` has their `id`. */
export const refuseTokensOf = (ended: string): string =>
  refuse(`SELECT e.key, CASE WHEN e.is_named THEN 'infinity' ELSE ${now} END FROM external_session e JOIN ${ended} ON ${ended}.id = e.session_id`);

/** Refuses tokens of the users of deleted accounts, that were issued so far or at any time. `gone` has the accounts' `id`. */
export const refuseSubjectsOf = (gone: string, which: "issued so far" | "all"): string =>
  refuse(
    `SELECT encode(sha256(convert_to(l.provider_user_id, 'UTF8')), 'hex'), ${which === "all" ? "'infinity'::timestamptz" : now}
     FROM external_login l JOIN ${gone} ON ${gone}.id = l.account_id WHERE l.provider IN ('identity', 'oidc')`,
  );

/** Refuses all tokens of a user, or of a session that the issuer names. */
export const refuseKey = statement({ parameters: { key: text }, sql: ({ key }) => refuse(`VALUES (${key}, 'infinity'::timestamptz)`) });

/** Until the transaction ends, nothing else begins with this user of the issuer. */
export const lockSubject = statement({
  parameters: { subject: text },
  sql: ({ subject }) => `SELECT FROM pg_advisory_xact_lock(hashtextextended(${subject}, 0))`,
});

/** Whether a token is refused; and until when those were issued that are, where later ones are not. */
export const findRefusal = statement({
  parameters: { keys: array(text), issuedAt: timestamptz },
  row: { isRefused: boolean.notNull, refusedUntil: timestamptz.nullable },
  sql: ({ keys, issuedAt }) =>
    `SELECT coalesce(bool_or(issued_until >= ${issuedAt}), false) AS is_refused, max(issued_until) FILTER (WHERE isfinite(issued_until)) AS refused_until
     FROM token_refusal WHERE key = ANY(${keys})`,
});

/** The session that a key stands for. That it is used is noted once a minute, a newer proof at once: none where a second factor is on. */
export const useSession = statement({
  parameters: { key: text, address: text, provedAt: timestamptz.nullable },
  row: { id: sessionId, userId, username: text, roles: array(text).notNull, isVerified: boolean.notNull },
  sql: ({ key, address, provedAt }) =>
    `WITH found AS (
       SELECT session_id,
         CASE WHEN NOT EXISTS (SELECT FROM second_factor f WHERE f.account_id = e.account_id AND f.confirmed_at IS NOT NULL) THEN ${provedAt} END AS proof
       FROM external_session e WHERE key = ${key}
     ),
     used AS (
       UPDATE session SET last_used_at = now(), expires_at = now() + interval '30 days', address = ${address},
         proved_at = CASE WHEN proof > coalesce(proved_at, '-infinity') THEN least(proof, now()) ELSE proved_at END
       FROM found WHERE id = session_id AND (last_used_at < now() - interval '50 seconds' OR proof > coalesce(proved_at, '-infinity'))
     )
     SELECT s.id, a.id AS user_id, a.username, a.roles, a.email_verified_at IS NOT NULL AS is_verified
     FROM external_session e JOIN session s ON s.id = e.session_id JOIN account a ON a.id = e.account_id WHERE e.key = ${key}`,
});

export const findSession = statement({
  parameters: { key: text },
  row: { id: sessionId, accountId: userId },
  sql: ({ key }) => `SELECT session_id AS id, account_id FROM external_session WHERE key = ${key}`,
});

export const insertSession = statement({
  parameters: { key: text, isNamed: boolean, accountId: userId, sessionId },
  sql: ({ key, isNamed, accountId, sessionId: id }) =>
    `INSERT INTO external_session (key, is_named, account_id, session_id) VALUES (${key}, ${isNamed}, ${accountId}, ${id})`,
});

/** As many as an account has sessions at most. */
export const sessionsOf = statement({
  parameters: { accountId: userId },
  row: { id: sessionId },
  sql: ({ accountId }) => `SELECT session_id AS id FROM external_session WHERE account_id = ${accountId} LIMIT 200`,
});

/** Longer than sessions elsewhere last without their user. */
export const oldRefusals = removal({ table: "token_refusal", at: "created_at", after: "90 days" });
