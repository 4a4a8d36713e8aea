import { int4, int8, text, timestamptz, userId, uuid } from "@newfeed/shared/ports/columns.ts";
import { removal } from "@newfeed/shared/ports/housekeeping.ts";
import { statement } from "@newfeed/shared/ports/statement.ts";
import { list } from "@newfeed/shared/store/list.ts";
import { refuseSubjectsOf } from "../external-tokens/statements.ts";

// Applicants

export const listApplicants = list({
  parameters: {},
  row: { id: userId, username: text, email: text, emailVerifiedAt: timestamptz.nullable, fullName: text, createdAt: timestamptz, revision: int4 },
  sql: (_none, { beyond, order, limit }) =>
    `SELECT id, username, email, email_verified_at, full_name, created_at, revision FROM account
     WHERE awaits_approval AND ${beyond("created_at", "id")} ${order("created_at", "id")} ${limit}`,
});

const decided = { id: userId, username: text, email: text, fullName: text, language: text.nullable };
export const approveAccount = statement({
  parameters: { id: userId },
  row: decided,
  sql: ({ id }) =>
    `UPDATE account SET awaits_approval = false, revision = revision + 1 WHERE id = ${id} AND awaits_approval
     RETURNING id, username, email, full_name, language`,
});
/** A user of the issuer elsewhere does not apply again with their next token. */
export const refuseAccount = statement({
  parameters: { id: userId },
  row: decided,
  sql: ({ id }) =>
    `WITH gone AS (DELETE FROM account WHERE id = ${id} AND awaits_approval RETURNING id, username, email, full_name, language),
       refused AS (${refuseSubjectsOf("gone", "all")})
     SELECT id, username, email, full_name, language FROM gone`,
});
export const findApplicant = statement({
  parameters: { username: text },
  row: { id: userId },
  sql: ({ username }) => `SELECT id FROM account WHERE lower(username) = lower(${username}) AND awaits_approval`,
});

/** Nobody has approved them. Few at a time: an account goes with its rows in a dozen tables. */
export const staleApplicants = removal({ table: "account", at: "created_at", after: "30 days", where: "awaits_approval", batch: 200 });

// Invitations

const invite = { id: uuid, note: text, maxUses: int4, uses: int4, createdAt: timestamptz, expiresAt: timestamptz };
const columns = "id, note, max_uses, uses, created_at, expires_at";

/** Unless there are too many that have not expired. */
export const insertInvite = statement({
  parameters: { id: uuid, codeHash: text, createdBy: userId.nullable, note: text, maxUses: int4, expiresAt: timestamptz, atMost: int8 },
  row: invite,
  sql: ({ id, codeHash, createdBy, note, maxUses, expiresAt, atMost }) =>
    `INSERT INTO invite (id, code_hash, created_by, note, max_uses, expires_at)
     SELECT ${id}, ${codeHash}, ${createdBy}, ${note}, ${maxUses}, ${expiresAt}
     WHERE (SELECT count(*) FROM (SELECT FROM invite WHERE expires_at > now() ORDER BY expires_at DESC LIMIT ${atMost}) valid) < ${atMost}
     RETURNING ${columns}`,
});

/** Counts a use: the row is locked, so that the last one is of one account alone. */
export const useInvite = statement({
  parameters: { codeHash: text },
  row: { id: uuid },
  sql: ({ codeHash }) => `UPDATE invite SET uses = uses + 1 WHERE code_hash = ${codeHash} AND uses < max_uses AND expires_at > now() RETURNING id`,
});

export const listInvites = list({
  parameters: {},
  row: invite,
  sql: (_none, { beyond, order, limit }) => `SELECT ${columns} FROM invite WHERE ${beyond("created_at", "id")} ${order("created_at", "id")} ${limit}`,
});

export const deleteInvite = statement({ parameters: { id: uuid }, row: { id: uuid }, sql: ({ id }) => `DELETE FROM invite WHERE id = ${id} RETURNING id` });

export const expiredInvites = removal({ table: "invite", at: "expires_at", after: "30 days" });
