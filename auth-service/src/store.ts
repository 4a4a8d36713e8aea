import type { Account as AccountDto } from "@newfeed/shared/contracts/account-dto.ts";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { SessionId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Language } from "@newfeed/shared/contracts/languages.ts";
import { generatedIn, transact } from "@newfeed/shared/outbox/transact.ts";
import type { Database, Query, Transaction } from "@newfeed/shared/ports/database.ts";
import { inOrder } from "@newfeed/shared/ports/housekeeping.ts";
import type { PrismaPg } from "@prisma/adapter-pg";
import { externalLoginOperations, externalLoginRetention, externalLoginStore } from "./external-logins/store.ts";
import { externalTokenOperations, externalTokenRetention, externalTokenStore } from "./external-tokens/store.ts";
import { type Account as AccountRow, Prisma, PrismaClient, type Session as SessionRow } from "./generated/client.ts";
import type { LinkKind } from "./mails/links.ts";
import { addMail, claimAddress, findLink, mailRetention, type NewMail, removeLinks, useLink } from "./mails/store.ts";
import { passkeyOperations, passkeyRetention, passkeyStore } from "./passkeys/store.ts";
import { registrationOperations, registrationRetention, registrationStore } from "./registration/store.ts";
import { secondFactorOperations, secondFactorRetention, secondFactorStore } from "./second-factor/store.ts";
import * as sql from "./statements.ts";
import { accountSuspended } from "./suspended.ts";
import { createToken, deleteTokens, tokenRetention, tokensOf, useToken } from "./tokens/store.ts";
import { webhookOperations, webhookRetention } from "./webhooks/store.ts";

export type { ApiTokenRow } from "./tokens/store.ts";

/** Rows of the ORM, with ids that name what they identify. */
export type Account = AccountRow & { id: UserId };
export type Session = SessionRow & { id: SessionId; accountId: UserId };

/** `requireVerifiedEmail` as the installation is set up. */
export const toAccount = (row: Account, requireVerifiedEmail = false): AccountDto => ({
  id: row.id,
  username: row.username,
  email: row.email,
  emailVerified: row.emailVerifiedAt !== null,
  mustVerifyEmail: requireVerifiedEmail && row.emailVerifiedAt === null,
  fullName: row.fullName,
  roles: row.roles,
  createdAt: row.createdAt.toISOString(),
  revision: row.revision,
});

/** One session, all but one, those beyond the latest ones, or all. */
export interface WhichSessions {
  id?: SessionId | null;
  except?: SessionId | null;
  beyond?: number;
}

/** An account as it is created. */
export interface NewAccountRow {
  id: UserId;
  username: string;
  email: string;
  /** By default. */
  emailIsLogin?: boolean;
  /** Null for one that signs in elsewhere. */
  passwordHash: string | null;
  fullName: string;
  /** Not by default. */
  awaitsApproval?: boolean;
  language?: Language;
}

/** What the use-cases may do within one transaction. */
function operationsOn({ query, enqueue }: Transaction, tx: Prisma.TransactionClient) {
  const noteRevoked = (userId: UserId, ended: readonly { id: SessionId }[]) =>
    tx.revocation.createMany({ data: ended.map(({ id }) => ({ sessionId: id, userId })), skipDuplicates: true });
  return {
    enqueue,
    /** Throws `username_taken`, and `email_taken` for an address that is to sign in and does so for another account. */
    async createAccount(account: NewAccountRow): Promise<Account> {
      try {
        return (await tx.account.create({ data: { ...account, roles: ["user"] } })) as Account;
      } catch (error) {
        if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002")
          throw new Problem(JSON.stringify(error.meta).includes("email") ? "email_taken" : "username_taken", { cause: error });
        throw error;
      }
    },
    /** Unless it has been replaced meanwhile. */
    replacePasswordHash: ({ id, passwordHash }: Account, newHash: string) =>
      tx.account.updateMany({ where: { id, passwordHash }, data: { passwordHash: newHash } }),
    accountById: (id: UserId) => tx.account.findUnique({ where: { id } }) as Promise<Account | null>,
    /** Null when the account was deleted meanwhile. */
    async setPassword(id: UserId, passwordHash: string): Promise<{ email: string; revision: number } | null> {
      const [account] = await query(sql.setPassword, { id, passwordHash });
      return account ?? null;
    },
    claimAddress: (id: UserId, address: string) => claimAddress(query, id, address),
    /** See `mails/write.ts`. */
    addMail: (mail: NewMail) => addMail(query, mail),
    useLink: (hash: string, kinds: readonly LinkKind[]) => useLink(query, hash, kinds),
    removeLinks: (accountId: UserId, kinds: readonly LinkKind[]) => removeLinks(query, accountId, kinds),
    ...registrationOperations(query),
    ...externalLoginOperations(query),
    ...externalTokenOperations(query),
    ...webhookOperations(query),
    /** Throws `approval_pending` when the account waits for approval, `account_suspended`, `invalid_credentials` when it was deleted meanwhile. */
    async createSession(session: {
      id: SessionId;
      accountId: UserId;
      userAgent: string;
      address: string;
      expiresAt: Date;
      provedAt: Date | null;
    }): Promise<Session> {
      const [account] = await query(sql.keepAccount, { accountId: session.accountId });
      if (!account) throw new Problem("invalid_credentials", { internal: "the account was deleted meanwhile" });
      if (account.awaitsApproval) throw new Problem("approval_pending");
      if (account.reason !== null) throw accountSuspended(account.reason, account.suspendedUntil);
      return (await tx.session.create({ data: session })) as Session;
    },
    /** Locks the session: its tokens are rotated one at a time. */
    async lockSession(id: SessionId): Promise<(Session & { account: Account }) | null> {
      await query(sql.lockSession, { id });
      return tx.session.findUnique({ where: { id }, include: { account: true } }) as Promise<(Session & { account: Account }) | null>;
    },
    touchSession: (id: SessionId, address: string) => tx.session.update({ where: { id }, data: { lastUsedAt: new Date(), address } }),
    createRefreshToken: (token: { hash: string; sessionId: SessionId; parentHash: string | null; recognisable: boolean }) =>
      tx.refreshToken.create({ data: token }),
    findToken: (hash: string) => tx.refreshToken.findUnique({ where: { hash } }),
    markTokenUsed: (hash: string) => tx.refreshToken.update({ where: { hash }, data: { usedAt: new Date() } }),
    /** Whether a token that replaced this one is in use, or another one that replaced the same token as this one. */
    async isSuperseded({ hash, parentHash }: { hash: string; parentHash: string | null }): Promise<boolean> {
      const inUse = { usedAt: { not: null } };
      const sibling = parentHash === null ? [] : [{ parentHash, hash: { not: hash }, ...inUse }];
      return (await tx.refreshToken.count({ where: { OR: [{ parentHash: hash, ...inUse }, ...sibling] } })) > 0;
    },
    /** Ends sessions of an account, and notes that for those who check tokens by themselves. Gives those that there were. */
    async revokeSessions(accountId: UserId, { id = null, except = null, beyond }: WhichSessions): Promise<{ id: SessionId; revision: number }[]> {
      const sessions = await (beyond === undefined
        ? query(sql.deleteSessions, { accountId, id, except })
        : query(sql.deleteSessionsBeyond, { accountId, kept: beyond }));
      await noteRevoked(accountId, sessions);
      return sessions;
    },
    ...secondFactorOperations(query),
    ...passkeyOperations(query),
    /** For one who waits for the account's row: sessions that ended meanwhile are gone. */
    sessionIsActive: async (id: SessionId): Promise<boolean> => (await tx.session.count({ where: { id, expiresAt: { gt: new Date() } } })) > 0,
    /** See `tokens/store.ts`. */
    createToken: (token: Parameters<typeof createToken>[1]) => createToken(query, token),
    /** The same for tokens: one, or all. */
    async revokeTokens(accountId: UserId, id: SessionId | null): Promise<{ id: SessionId; revision: number }[]> {
      const tokens = await deleteTokens(query, accountId, id);
      await noteRevoked(accountId, tokens);
      return tokens;
    },
    /** Null when it is gone already. */
    async deleteAccount(id: UserId): Promise<{ revision: number } | null> {
      const [account] = await query(sql.deleteAccount, { id });
      return account ?? null;
    },
  };
}
export type Operations = ReturnType<typeof operationsOn>;

/**
 * Grants an account a role, or revokes it. Its next access token says so: at the next sign-in or refresh, within 15 minutes.
 * False when there is no account of that name.
 */
export async function setRole(query: Query, username: string, role: "admin" | "moderator" | "auditor", granted: boolean): Promise<boolean> {
  return (await query(sql.setRole, { username, role, granted })).length > 0;
}

/**
 * Suspends an account, or lifts its suspension; an older event that comes late changes nothing. Gives the sessions and API tokens that a
 * suspension has ended: a hundred sessions at most, and as many tokens as a user may have.
 */
export async function suspendAccount(
  query: Query,
  id: UserId,
  suspension: { reason: string; until: string | null } | null,
  revision: number,
): Promise<{ id: SessionId; revision: number }[]> {
  const { reason = null, until = null } = suspension ?? {};
  const [changed] = await query(sql.suspendAccount, { id, suspended: suspension !== null, reason, until, revision });
  if (!changed || !suspension) return [];
  const ended = [...(await query(sql.deleteSessions, { accountId: id, id: null, except: null })), ...(await deleteTokens(query, id, null))];
  await query(sql.noteRevoked, { userId: id, ids: ended.map((session) => session.id) });
  return ended;
}

/** A profile's new name reaches the account; an older one that comes late changes nothing. */
export async function renameAccount(query: Query, id: UserId, fullName: string, profileRevision: number): Promise<void> {
  await query(sql.renameAccount, { id, fullName, profileRevision });
}

/** Mails to the account are in this language from now on. An older version of user-service says nothing of it. */
export async function preferLanguage(query: Query, id: UserId, language: string | null | undefined, preferencesRevision: number): Promise<void> {
  if (language !== undefined) await query(sql.preferLanguage, { id, language, preferencesRevision });
}

/** Some sessions that have expired, behind their tokens. Gives how many rows went. */
async function removeExpiredSessions(query: Query): Promise<number> {
  const [tokens] = await query(sql.removeTokensOfExpired);
  if (tokens && tokens.removed > 0) return tokens.removed;
  const [sessions] = await query(sql.removeExpiredSessions);
  return sessions?.removed ?? 0;
}

/** auth-service's database. */
export function createStore(database: Database, wake: () => void) {
  const prisma = new PrismaClient({ adapter: database.prismaAdapter as PrismaPg });
  const { query } = database;
  return {
    transaction: <T>(work: (operations: Operations) => Promise<T>): Promise<T> =>
      transact(database, wake, (transaction) => generatedIn(prisma, transaction, (tx: Prisma.TransactionClient) => work(operationsOn(transaction, tx)))),
    accountById: (id: UserId) => prisma.account.findUnique({ where: { id } }) as Promise<Account | null>,
    accountsBy: (ids: readonly UserId[], usernames: readonly string[]) =>
      query(sql.findAccounts, { ids, usernames: usernames.map((name) => name.toLowerCase()) }),
    /** Where mails to these accounts go; nothing of one without an address, or who is suspended. */
    mailboxesOf: (ids: readonly UserId[]) => query(sql.findMailboxes, { ids }),
    async passwordByLogin(login: string): Promise<{ id: UserId; passwordHash: string | null } | null> {
      const [row] = await query(sql.findByLogin, { login });
      return row ?? null;
    },
    /** A link in a mail that may be followed, which stays; null for one that is not there, of another kind, used or expired. */
    findLink: (hash: string, kinds: readonly LinkKind[]) => findLink(query, hash, kinds),
    /** From where the account was used last; nothing of nobody. */
    addressesOf: async (accountId: UserId | null): Promise<string[]> => (await query(sql.addressesOf, { accountId })).map(({ address }) => address),
    sessionsOf: (accountId: UserId) =>
      prisma.session.findMany({ where: { accountId, expiresAt: { gt: new Date() } }, orderBy: { lastUsedAt: "desc" } }) as Promise<Session[]>,
    /** When the user of a session last proved who they are; null for one that is not there, or does not know. */
    provedAt: async (id: SessionId): Promise<Date | null> => (await prisma.session.findUnique({ where: { id }, select: { provedAt: true } }))?.provedAt ?? null,
    /** Notes that it is now; null when the session has ended. */
    noteProof: async (id: SessionId): Promise<Date | null> => (await query(sql.noteProof, { id }))[0]?.provedAt ?? null,
    async sessionIsActive(id: SessionId): Promise<boolean> {
      return (await prisma.session.count({ where: { id, expiresAt: { gt: new Date() } } })) > 0;
    },
    ...registrationStore(query),
    ...secondFactorStore(query),
    ...passkeyStore(query),
    tokensOf: (accountId: UserId) => tokensOf(query, accountId),
    useToken: (hash: string) => useToken(query, hash),
    ...externalLoginStore(query),
    ...externalTokenStore(query),
    revocationsSince: (since: Date) => prisma.revocation.findMany({ where: { revokedAt: { gte: since } }, orderBy: { revokedAt: "asc" } }),
    retention: [
      { name: "used_refresh_tokens", runSome: () => inOrder(database, async (query) => (await query(sql.removeUsedTokens))[0]?.removed ?? 0) },
      { name: "expired_sessions", runSome: () => inOrder(database, removeExpiredSessions) },
      sql.oldRevocations("revocations", database),
      ...tokenRetention(database),
      ...secondFactorRetention(database),
      ...passkeyRetention(database),
      ...mailRetention(database),
      ...registrationRetention(database),
      ...externalLoginRetention(database),
      ...externalTokenRetention(database),
      ...webhookRetention(database),
    ],
    close: () => prisma.$disconnect(),
  };
}
export type Store = ReturnType<typeof createStore>;
