import type { PasskeyId } from "@newfeed/shared/contracts/ids.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { array, boolean, int4, int8, text, timestamptz, userId, uuid } from "@newfeed/shared/ports/columns.ts";
import { removal } from "@newfeed/shared/ports/housekeeping.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";

const passkeyId = uuid.as<PasskeyId>();
const key = { credentialId: text, publicKey: text, counter: int8, transports: array(text).notNull, synced: boolean };
const passkey = { id: passkeyId, name: text, synced: boolean, createdAt: timestamptz, lastUsedAt: timestamptz.nullable, revision: int4 };
const columns = "id, name, synced, created_at, last_used_at, revision";

export const passkeysOf = statement({
  parameters: { accountId: userId },
  row: { ...passkey, credentialId: text, transports: array(text).notNull },
  sql: ({ accountId }) =>
    `SELECT ${columns}, credential_id, transports FROM passkey WHERE account_id = ${accountId} ORDER BY id DESC LIMIT ${bounds.passkeysPerUser}`,
});

export const findPasskey = statement({
  parameters: { credentialId: text },
  row: { ...key, id: passkeyId, accountId: userId },
  sql: ({ credentialId }) => `SELECT id, account_id, credential_id, public_key, counter, transports, synced FROM passkey WHERE credential_id = ${credentialId}`,
});

/** Unless it is an account's already. */
export const insertPasskey = statement({
  parameters: { id: passkeyId, accountId: userId, name: text, ...key },
  row: passkey,
  sql: ({ id, accountId, name, credentialId, publicKey, counter, transports, synced }) =>
    `INSERT INTO passkey (id, account_id, name, credential_id, public_key, counter, transports, synced)
     VALUES (${id}, ${accountId}, ${name}, ${credentialId}, ${publicKey}, ${counter}, ${transports}, ${synced})
     ON CONFLICT DO NOTHING RETURNING ${columns}`,
});

export const renamePasskey = statement({
  parameters: { id: passkeyId, accountId: userId, name: text },
  row: passkey,
  sql: ({ id, accountId, name }) =>
    `UPDATE passkey SET name = ${name}, revision = revision + 1 WHERE id = ${id} AND account_id = ${accountId} RETURNING ${columns}`,
});

export const deletePasskey = statement({
  parameters: { id: passkeyId, accountId: userId },
  row: { id: passkeyId },
  sql: ({ id, accountId }) => `DELETE FROM passkey WHERE id = ${id} AND account_id = ${accountId} RETURNING id`,
});

/** Unless its challenge was answered before, or a later signature has been used: without a counter each is as late as another. (WebAuthn, section 6.1.1.) */
export const usePasskey = statement({
  parameters: { id: passkeyId, counter: int8, hash: text, expiresAt: timestamptz },
  row: { id: passkeyId },
  sql: ({ id, counter, hash, expiresAt }) =>
    `WITH answered AS (
       INSERT INTO passkey_challenge (hash, expires_at) VALUES (${hash}, ${expiresAt}) ON CONFLICT DO NOTHING RETURNING 1
     )
     UPDATE passkey SET counter = ${counter}, last_used_at = now()
     WHERE id = ${id} AND (counter < ${counter} OR counter = 0 AND ${counter} = 0) AND EXISTS (SELECT FROM answered) RETURNING id`,
});

/** Nothing when it was answered before. */
export const answerChallenge = statement({
  parameters: { hash: text, expiresAt: timestamptz },
  row: { hash: text },
  sql: ({ hash, expiresAt }) => `INSERT INTO passkey_challenge (hash, expires_at) VALUES (${hash}, ${expiresAt}) ON CONFLICT DO NOTHING RETURNING hash`,
});

export const expiredChallenges = removal({ table: "passkey_challenge", at: "expires_at", after: "1 hour" });
