import { behind, idOrFirst } from "@newfeed/shared/jobs/job.ts";
import { array, boolean, int4, text, timestamptz, userId, uuid } from "@newfeed/shared/ports/columns.ts";
import { removal } from "@newfeed/shared/ports/housekeeping.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";

export const insertMail = statement({
  parameters: { id: uuid, accountId: userId.nullable, kind: text, recipient: text, language: text, address: text, expiresAt: timestamptz },
  sql: ({ id, accountId, kind, recipient, language, address, expiresAt }) =>
    `INSERT INTO mail (id, account_id, kind, recipient, language, address, expires_at)
     VALUES (${id}, ${accountId}, ${kind}, ${recipient}, ${language}, ${address}, ${expiresAt})`,
});

const mail = {
  accountId: userId.nullable,
  kind: text,
  recipient: text,
  language: text,
  address: text,
  expiresAt: timestamptz,
  isCurrent: boolean.notNull,
  username: text.nullable,
  preferredLanguage: text.nullable,
};
const mailWithId = (id: string) =>
  `SELECT m.account_id, m.kind, m.recipient, m.language, m.address, m.expires_at, m.expires_at > now() AS is_current, a.username, a.preferred_language
   FROM mail m LEFT JOIN account a ON a.id = m.account_id WHERE m.id = ${id}`;
export const findMail = statement({ parameters: { id: uuid }, row: mail, sql: ({ id }) => mailWithId(id) });
export const lockMail = statement({ parameters: { id: uuid }, row: mail, sql: ({ id }) => `${mailWithId(id)} FOR UPDATE OF m` });

/** A mail to another account, or of another kind. */
export const readdressMail = statement({
  parameters: { id: uuid, accountId: userId, kind: text },
  sql: ({ id, accountId, kind }) => `UPDATE mail SET account_id = ${accountId}, kind = ${kind} WHERE id = ${id}`,
});

export const deleteMail = statement({ parameters: { id: uuid }, sql: ({ id }) => `DELETE FROM mail WHERE id = ${id}` });

/** Mails of some kinds that are not sent yet. */
export const deleteMails = statement({
  parameters: { accountId: userId, kinds: array(text) },
  sql: ({ accountId, kinds }) => `DELETE FROM mail WHERE account_id = ${accountId} AND kind = ANY(${kinds})`,
});

/** Their jobs remove them long before: a row is left when its job is not there. */
export const staleMails = removal({ table: "mail", at: "expires_at", after: "1 day" });

// Farewells

/** Where the owner of a deleted account hears that nothing of it is left, once. */
export const takeFarewell = statement({
  parameters: { accountId: userId },
  row: { address: text, username: text, language: text },
  sql: ({ accountId }) => `DELETE FROM farewell WHERE account_id = ${accountId} RETURNING address, username, language`,
});
/** Of deletions that have not come to their end. */
export const oldFarewells = removal({ table: "farewell", at: "created_at", after: "30 days" });

// Links

export const insertLink = statement({
  parameters: { hash: text, accountId: userId, kind: text, address: text, expiresAt: timestamptz },
  sql: ({ hash, accountId, kind, address, expiresAt }) =>
    `INSERT INTO mail_link (hash, account_id, kind, address, expires_at) VALUES (${hash}, ${accountId}, ${kind}, ${address}, ${expiresAt})`,
});

const link = { accountId: userId, kind: text, address: text };
export const findLink = statement({
  parameters: { hash: text, kinds: array(text) },
  row: link,
  sql: ({ hash, kinds }) => `SELECT account_id, kind, address FROM mail_link WHERE hash = ${hash} AND kind = ANY(${kinds}) AND expires_at > now()`,
});
export const useLink = statement({
  parameters: { hash: text, kinds: array(text) },
  row: link,
  sql: ({ hash, kinds }) => `DELETE FROM mail_link WHERE hash = ${hash} AND kind = ANY(${kinds}) AND expires_at > now() RETURNING account_id, kind, address`,
});

export const deleteLinks = statement({
  parameters: { accountId: userId, kinds: array(text) },
  sql: ({ accountId, kinds }) => `DELETE FROM mail_link WHERE account_id = ${accountId} AND kind = ANY(${kinds})`,
});

export const expiredLinks = removal({ table: "mail_link", at: "expires_at", after: "1 day" });

// Addresses

/** The account that has verified this address. */
export const findVerifiedOwner = statement({
  parameters: { address: text },
  row: { id: userId, username: text },
  sql: ({ address }) => `SELECT id, username FROM account WHERE lower(email) = lower(${address}) AND email_is_login AND email_verified_at IS NOT NULL`,
});

export const findAddress = statement({
  parameters: { id: userId },
  row: { email: text },
  sql: ({ id }) => `SELECT email FROM account WHERE id = ${id}`,
});

const withAddress = { id: userId, email: text };
/** The account whose login this is. */
export const findOwner = statement({
  parameters: { login: text },
  row: withAddress,
  sql: ({ login }) =>
    `SELECT id, email FROM account WHERE ((lower(email) = lower(${login}) AND email_is_login) OR lower(username) = lower(${login})) AND email <> '' LIMIT 1`,
});
/** Accounts that have an address which is of none of them alone; the latest few. */
export const findClaimants = statement({
  parameters: { address: text },
  row: withAddress,
  sql: ({ address }) => `SELECT id, email FROM account WHERE lower(email) = lower(${address}) ORDER BY id DESC LIMIT 3`,
});

/** Takes the login from the account that has this address without having verified it. */
export const releaseAddress = statement({
  parameters: { id: userId, address: text },
  sql: ({ id, address }) =>
    `UPDATE account SET email_is_login = false, revision = revision + 1
     WHERE lower(email) = lower(${address}) AND email_is_login AND email_verified_at IS NULL AND id <> ${id}`,
});

/** Makes an address the account's verified one. */
export const claimAddress = statement({
  parameters: { id: userId, address: text },
  row: { previous: text, username: text, revision: int4 },
  sql: ({ id, address }) =>
    `UPDATE account a SET email = ${address}, email_is_login = true, email_verified_at = now(), revision = a.revision + 1
     FROM (SELECT id, email FROM account WHERE id = ${id} FOR UPDATE) before WHERE a.id = before.id
     RETURNING before.email AS previous, a.username, a.revision`,
});

/** Takes a verified address from some of the other accounts that have it, behind a key. */
export const takeAddress = statement({
  parameters: { ownerId: userId, after: uuid.nullable, limit: int4 },
  row: { id: userId },
  sql({ ownerId, after, limit }) {
    const { where, order } = behind(["lower(email)", "id"], "owner.address", [idOrFirst(after)]);
    return `WITH owner AS (SELECT lower(email) AS address FROM account WHERE id = ${ownerId} AND email_verified_at IS NOT NULL),
     taken AS MATERIALIZED (
       SELECT other.id FROM owner CROSS JOIN LATERAL (SELECT id FROM account WHERE ${where} AND email_verified_at IS NULL ${order} LIMIT ${limit}) other
     )
     UPDATE account SET email = '', email_is_login = false, revision = revision + 1 WHERE id = ANY(ARRAY(SELECT id FROM taken)) RETURNING id`;
  },
});
