import { array, int4, int8, text, timestamptz, userId } from "@newfeed/shared/ports/columns.ts";
import { removal } from "@newfeed/shared/ports/housekeeping.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";

export const findFactor = statement({
  parameters: { accountId: userId },
  row: { secret: text, confirmedAt: timestamptz.nullable, recoveryCodes: int8.notNull },
  sql: ({ accountId }) =>
    `SELECT secret, confirmed_at, (SELECT count(*) FROM recovery_code WHERE account_id = ${accountId}) AS recovery_codes
     FROM second_factor WHERE account_id = ${accountId}`,
});

/** Unless there is one that is confirmed. */
export const putFactor = statement({
  parameters: { accountId: userId, secret: text },
  row: { accountId: userId },
  sql: ({ accountId, secret }) =>
    `INSERT INTO second_factor (account_id, secret) VALUES (${accountId}, ${secret})
     ON CONFLICT (account_id) DO UPDATE SET secret = excluded.secret WHERE second_factor.confirmed_at IS NULL RETURNING account_id`,
});

/** Unless it is confirmed already, or another secret is there meanwhile. */
export const confirmFactor = statement({
  parameters: { accountId: userId, secret: text, step: int4 },
  row: { accountId: userId },
  sql: ({ accountId, secret, step }) =>
    `UPDATE second_factor SET confirmed_at = now(), last_step = ${step}
     WHERE account_id = ${accountId} AND confirmed_at IS NULL AND secret = ${secret} RETURNING account_id`,
});

/** Unless a code of this time step, or a later one, has been used. */
export const useStep = statement({
  parameters: { accountId: userId, step: int4 },
  row: { accountId: userId },
  sql: ({ accountId, step }) =>
    `UPDATE second_factor SET last_step = ${step} WHERE account_id = ${accountId} AND confirmed_at IS NOT NULL AND last_step < ${step} RETURNING account_id`,
});

export const deleteFactor = statement({
  parameters: { accountId: userId },
  row: { confirmedAt: timestamptz.nullable },
  sql: ({ accountId }) => `DELETE FROM second_factor WHERE account_id = ${accountId} RETURNING confirmed_at`,
});

export const insertCodes = statement({
  parameters: { accountId: userId, hashes: array(text) },
  sql: ({ accountId, hashes }) => `INSERT INTO recovery_code (hash, account_id) SELECT unnest(${hashes}), ${accountId}`,
});

export const deleteCodes = statement({
  parameters: { accountId: userId },
  sql: ({ accountId }) => `DELETE FROM recovery_code WHERE account_id = ${accountId}`,
});

export const useCode = statement({
  parameters: { accountId: userId, hash: text },
  row: { accountId: userId },
  sql: ({ accountId, hash }) => `DELETE FROM recovery_code WHERE hash = ${hash} AND account_id = ${accountId} RETURNING account_id`,
});

export const insertChallenge = statement({
  parameters: { hash: text, accountId: userId, expiresAt: timestamptz },
  sql: ({ hash, accountId, expiresAt }) => `INSERT INTO login_challenge (hash, account_id, expires_at) VALUES (${hash}, ${accountId}, ${expiresAt})`,
});

export const findChallenge = statement({
  parameters: { hash: text },
  row: { accountId: userId },
  sql: ({ hash }) => `SELECT account_id FROM login_challenge WHERE hash = ${hash} AND expires_at > now() AND attempts < 5`,
});

/** Counts a try of a challenge; of those there are five. */
export const tryChallenge = statement({
  parameters: { hash: text },
  row: { accountId: userId },
  sql: ({ hash }) => `UPDATE login_challenge SET attempts = attempts + 1 WHERE hash = ${hash} AND expires_at > now() AND attempts < 5 RETURNING account_id`,
});

export const useChallenge = statement({
  parameters: { hash: text },
  row: { accountId: userId },
  sql: ({ hash }) => `DELETE FROM login_challenge WHERE hash = ${hash} RETURNING account_id`,
});

export const expiredChallenges = removal({ table: "login_challenge", at: "expires_at", after: "1 hour" });
