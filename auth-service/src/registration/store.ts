import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Language } from "@newfeed/shared/contracts/languages.ts";
import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import type { Window } from "@newfeed/shared/store/cursors.ts";
import * as sql from "./statements.ts";

/** So many invitations are valid at a time. */
const validInvites = 1_000;

export interface NewInvite {
  id: string;
  codeHash: string;
  /** Null without an account. */
  createdBy: UserId | null;
  note: string;
  maxUses: number;
  expiresAt: Date;
}

/** An account that was approved or refused. */
export interface Decided {
  id: UserId;
  username: string;
  email: string;
  fullName: string;
  language: Language | null;
}

/** What may be done within one transaction. */
export const registrationOperations = (query: Query) => ({
  /** Counts a use of an invitation. False for a code of none, and for one that is used up or has expired. */
  useInvite: async (codeHash: string): Promise<boolean> => (await query(sql.useInvite, { codeHash })).length > 0,
  /** Null unless the account waits for approval. */
  approveAccount: async (id: UserId) => ((await query(sql.approveAccount, { id }))[0] ?? null) as Decided | null,
  /** Deletes an account that waits for approval; null for any other. */
  refuseAccount: async (id: UserId) => ((await query(sql.refuseAccount, { id }))[0] ?? null) as Decided | null,
});

export const registrationStore = (query: Query) => ({
  applicants: (window: Window) => sql.listApplicants(query, window, {}),
  applicantByName: async (username: string): Promise<UserId | null> => (await query(sql.findApplicant, { username }))[0]?.id ?? null,
  invites: (window: Window) => sql.listInvites(query, window, {}),
  /** Null when too many are valid already. */
  addInvite: async (invite: NewInvite) => (await query(sql.insertInvite, { ...invite, atMost: validInvites }))[0] ?? null,
  /** False when there is none. */
  removeInvite: async (id: string): Promise<boolean> => (await query(sql.deleteInvite, { id })).length > 0,
});

export const registrationRetention = (database: Pick<Database, "transaction">) => [
  sql.staleApplicants("stale_applicants", database),
  sql.expiredInvites("expired_invites", database),
];
