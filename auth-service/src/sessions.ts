import { createHash } from "node:crypto";
import type { Session as SessionDto } from "@newfeed/shared/contracts/account-dto.ts";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { asSessionId, type SessionId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Tokens } from "@newfeed/shared/contracts/routes/auth.ts";
import type { SignToken } from "@newfeed/shared/ports/tokens.ts";
import { v7 as uuidv7 } from "uuid";
import type { AppealTokens } from "./appeal-tokens.ts";
import type { RefreshTokens } from "./refresh-tokens.ts";
import type { Account, Operations, Session, Store, WhichSessions } from "./store.ts";

export const accessTokenSeconds = 15 * 60;
const sessionDays = 30;
/** An account has so many sessions: with another one, that which was used the longest ago ends. */
const sessionsPerAccount = 100;
/** Two tabs may refresh at the same moment: the token that was just replaced is honoured this long. */
const graceMs = 10_000;

export interface Device {
  userAgent: string;
  address: string;
}

/** A session with the tokens that were just issued for it. */
export interface SignedIn {
  account: Account;
  session: Session;
  tokens: Tokens;
  streamToken: string;
}

/** Makes the tokens of a session. */
export interface TokenIssuer {
  sign: SignToken;
  refreshTokens: RefreshTokens;
  /** Tokens say of accounts whose address is not verified that they may only read. */
  requireVerifiedEmail?: boolean;
  appealTokens: AppealTokens;
}

const hashOf = (token: string) => createHash("sha256").update(token).digest("hex");

async function issue(
  operations: Operations,
  { sign, refreshTokens, requireVerifiedEmail = false }: TokenIssuer,
  account: Account,
  session: Session,
  parentHash: string | null,
): Promise<SignedIn> {
  const refreshToken = refreshTokens.create(session.id);
  await operations.createRefreshToken({ hash: hashOf(refreshToken), sessionId: session.id, parentHash, recognisable: true });
  const claims = {
    userId: account.id,
    sessionId: session.id,
    username: account.username,
    roles: account.roles,
    unverified: requireVerifiedEmail && account.emailVerifiedAt === null,
  };
  return {
    account,
    session,
    tokens: {
      accessToken: await sign("newfeed", claims, new Date(Date.now() + accessTokenSeconds * 1000)),
      refreshToken,
      expiresIn: accessTokenSeconds,
    },
    streamToken: await sign("stream", claims, session.expiresAt),
  };
}

/** Begins a session on a device, within the caller's transaction. `provedAt`: when its user last proved who they are. Throws `approval_pending`, `invalid_credentials`. */
export async function beginSession(operations: Operations, account: Pick<Account, "id">, device: Device, provedAt: Date | null): Promise<Session> {
  const session = await operations.createSession({
    id: asSessionId(uuidv7()),
    accountId: account.id,
    userAgent: device.userAgent.slice(0, 200),
    address: device.address,
    expiresAt: new Date(Date.now() + sessionDays * 86_400_000),
    provedAt,
  });
  await endSessions(operations, account.id, { beyond: sessionsPerAccount });
  const data = { userId: account.id, sessionId: session.id };
  await operations.enqueue({ type: "user.logged_in", aggregate: { id: session.id, revision: 1 }, actorId: account.id, data });
  return session;
}

export const toSession = (session: Session, currentId: string | null): SessionDto => ({
  id: session.id,
  current: session.id === currentId,
  userAgent: session.userAgent,
  address: session.address,
  createdAt: session.createdAt.toISOString(),
  lastUsedAt: session.lastUsedAt.toISOString(),
  expiresAt: session.expiresAt.toISOString(),
  revision: session.revision,
});

/** Lets who may not sign in appeal: only who has shown who they are comes so far. */
function mayAppeal(error: unknown, { appealTokens }: TokenIssuer, userId: UserId): unknown {
  if (!(error instanceof Problem) || !error.suspension) return error;
  const { code, publicMessage: message, suspension } = error;
  return new Problem(code, { message, suspension: { ...suspension, appealToken: appealTokens.make(userId) } });
}

/**
 * Opens a session on a device, for a user who has just proven who they are (unless `provedAt` is null), within the caller's transaction.
 * Throws what `beginSession` does.
 */
export async function openSession(
  operations: Operations,
  issuer: TokenIssuer,
  account: Account,
  device: Device,
  provedAt: Date | null = new Date(),
): Promise<SignedIn> {
  const begun = beginSession(operations, account, device, provedAt).catch((error: unknown) => Promise.reject(mayAppeal(error, issuer, account.id)));
  return issue(operations, issuer, account, await begun, null);
}

/** Ends sessions of an account within the caller's transaction: all, unless `which` says less. `by`: who does. Gives those that there were. */
export async function endSessions(operations: Operations, accountId: UserId, which: WhichSessions = {}, by: UserId = accountId): Promise<SessionId[]> {
  return noteEnded(operations, accountId, await operations.revokeSessions(accountId, which), by);
}

/** Enqueues that sessions, or API tokens, have ended. Gives their ids. */
export async function noteEnded(
  operations: Pick<Operations, "enqueue">,
  accountId: UserId,
  ended: readonly { id: SessionId; revision: number }[],
  by: UserId = accountId,
): Promise<SessionId[]> {
  await operations.enqueue(
    ...ended.map(({ id, revision }) => ({
      type: "session.revoked" as const,
      aggregate: { id, revision: revision + 1 },
      actorId: by,
      data: { userId: accountId, sessionId: id },
    })),
  );
  return ended.map(({ id }) => id);
}

/** A refresh token was used twice, and its session has ended. */
export interface Reused {
  reused: SessionId;
}

/**
 * Exchanges a refresh token for a new pair. A token is good once, and of the tokens that replaced one token only one is:
 * the first that is used. A caller that presents another has a stolen copy (or was stolen from), so the whole family ends.
 * (RFC 9700, section 4.14.2.) Throws `refresh_invalid` for a token that is none.
 */
export async function refresh(store: Pick<Store, "transaction">, issuer: TokenIssuer, token: string, address: string): Promise<SignedIn | Reused> {
  const sessionId = issuer.refreshTokens.sessionOf(token);
  if (!sessionId) throw new Problem("refresh_invalid", { internal: "not a refresh token" });
  const outcome = await store.transaction(async (operations) => {
    const session = await operations.lockSession(sessionId);
    if (!session || session.expiresAt < new Date()) return null;
    const stored = await operations.findToken(hashOf(token));
    // Used tokens are removed after their grace; that this is one of them the token says itself.
    if (!stored && !issuer.refreshTokens.isOwn(token)) return null;
    const justReplaced = stored && (!stored.usedAt || Date.now() - stored.usedAt.getTime() < graceMs);
    if (!justReplaced || (await operations.isSuperseded(stored))) {
      await endSessions(operations, session.accountId, { id: session.id });
      return { reused: session.id };
    }
    if (!stored.usedAt) await operations.markTokenUsed(stored.hash);
    await operations.touchSession(session.id, address);
    return issue(operations, issuer, session.account, session, stored.hash);
  });
  if (!outcome) throw new Problem("refresh_invalid", { internal: "an unknown refresh token" });
  return outcome;
}
