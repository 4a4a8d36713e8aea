import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { asUserId, type SessionId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Limiter, LimitState } from "@newfeed/shared/ports/limiter.ts";
import type { SignToken } from "@newfeed/shared/ports/tokens.ts";
import { v7 as uuidv7 } from "uuid";
import type { Passwords } from "./passwords.ts";
import { type Device, endSessions, openSession, type SignedIn } from "./sessions.ts";
import type { Store } from "./store.ts";

export interface NewAccount {
  username: string;
  email: string;
  password: string;
  fullName?: string | undefined;
}

/** Creates an account and opens its first session. Throws `username_taken`, `email_taken`. */
export async function signUp(
  { store, passwords, sign }: { store: Pick<Store, "transaction">; passwords: Passwords; sign: SignToken },
  { username, email, password, fullName = username }: NewAccount,
  device: Device,
): Promise<SignedIn> {
  const passwordHash = await passwords.hash(password);
  return store.transaction(async (operations) => {
    const account = await operations.createAccount({ id: asUserId(uuidv7()), username, email, passwordHash, fullName });
    await operations.enqueue({
      type: "user.registered",
      aggregate: { id: account.id, revision: 1 },
      actorId: account.id,
      data: { user: { id: account.id, username, fullName, avatarUrl: null } },
    });
    return openSession(operations, sign, account, device);
  });
}

/** Throws `rate_limited` after too many failures for this account from this address, or from this address at all. */
async function guardedVerify(limiter: Limiter, account: string, address: string, check: () => Promise<boolean>): Promise<void> {
  const key = `${account}|${address}`;
  const requireAllowed = (standings: LimitState[]) => {
    const spent = standings.find((standing) => !standing.allowed);
    if (spent) throw new Problem("rate_limited", { message: "Too many failed attempts; try again later.", retryAfter: spent.resetMs / 1000 });
  };
  const standings = () => Promise.all([limiter.peek("loginFailure", key), limiter.peek("loginFailureByAddress", address)]);
  requireAllowed(await standings());
  if (await check()) {
    // Again: of many guesses that came at once, those beyond the limit must not tell which one was right.
    requireAllowed(await standings());
    await limiter.reset("loginFailure", key);
    return;
  }
  requireAllowed(await Promise.all([limiter.consume("loginFailure", key), limiter.consume("loginFailureByAddress", address)]));
  throw new Problem("invalid_credentials");
}

/** Signs in with e-mail or username. Throws `invalid_credentials`, `rate_limited`. */
export async function logIn(
  { store, passwords, sign, limiter }: { store: Pick<Store, "transaction" | "accountByLogin">; passwords: Passwords; sign: SignToken; limiter: Limiter },
  login: string,
  password: string,
  device: Device,
): Promise<SignedIn> {
  const account = await store.accountByLogin(login);
  // By account: its e-mail and its username share one limit.
  await guardedVerify(limiter, account?.id ?? login.toLowerCase(), device.address, () => passwords.verify(account?.passwordHash ?? null, password));
  if (!account) throw new Problem("invalid_credentials");
  return store.transaction((operations) => openSession(operations, sign, account, device));
}

/** Ends the session that the call came with. */
export async function logOut(store: Pick<Store, "transaction">, userId: UserId, sessionId: SessionId): Promise<void> {
  await store.transaction(async (operations) => {
    if (!(await endSessions(operations, userId, sessionId))) return;
    await operations.enqueue({
      type: "user.logged_out",
      aggregate: { id: sessionId, revision: 2 },
      actorId: userId,
      data: { userId, sessionId },
    });
  });
}

/** Deletes the account; all that belongs to it in other services follows by events. Throws `invalid_credentials`. */
export async function deleteAccount(
  { store, passwords, limiter }: { store: Pick<Store, "transaction" | "accountById">; passwords: Passwords; limiter: Limiter },
  userId: UserId,
  password: string,
  address: string,
): Promise<void> {
  const account = await store.accountById(userId);
  if (!account) throw new Problem("unauthenticated");
  await guardedVerify(limiter, account.id, address, () => passwords.verify(account.passwordHash, password));
  await store.transaction(async (operations) => {
    await endSessions(operations, userId, null);
    const deleted = await operations.deleteAccount(userId);
    if (!deleted) throw new Problem("unauthenticated", { internal: "the account was deleted meanwhile" });
    await operations.enqueue({
      type: "user.deleted",
      aggregate: { id: userId, revision: deleted.revision + 1 },
      actorId: userId,
      data: { userId },
    });
  });
}
