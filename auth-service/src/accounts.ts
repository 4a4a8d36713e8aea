import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { asUserId, type SessionId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import { v7 as uuidv7 } from "uuid";
import type { Guard } from "./login-guard.ts";
import type { Language } from "./mails/languages.ts";
import { writeMail } from "./mails/write.ts";
import { requireGoodPassword } from "./password-rules.ts";
import type { Passwords } from "./passwords.ts";
import { type Device, endSessions, openSession, type SignedIn, type TokenIssuer } from "./sessions.ts";
import { type Asker, requireRecentProof, type StepUpOptions } from "./step-up/step-up.ts";
import type { Store } from "./store.ts";

export interface NewAccount {
  username: string;
  email: string;
  password: string;
  fullName?: string | undefined;
}

/**
 * Creates an account, opens its first session, and has a link sent that verifies its address. Where mail reaches mailboxes,
 * nothing tells whether another account has the address: it signs in once it is verified (docs/decisions/0065-verified-addresses.md). Throws `validation_failed` for a bad password, `username_taken`, `email_taken`.
 */
export async function signUp(
  {
    store,
    passwords,
    issuer,
    passwordMinLength,
    mailReaches,
  }: { store: Pick<Store, "transaction">; passwords: Passwords; issuer: TokenIssuer; passwordMinLength: number; mailReaches: boolean },
  { username, email, password, fullName = username }: NewAccount,
  device: Device,
  language: Language,
): Promise<SignedIn> {
  await requireGoodPassword(password, passwordMinLength, { username, email });
  const passwordHash = await passwords.hash(password);
  return store.transaction(async (operations) => {
    const account = await operations.createAccount({ id: asUserId(uuidv7()), username, email, emailIsLogin: !mailReaches, passwordHash, fullName });
    await writeMail(operations, { kind: "verify_address", accountId: account.id, recipient: email, language });
    await operations.enqueue({
      type: "user.registered",
      aggregate: { id: account.id, revision: 1 },
      actorId: account.id,
      data: { user: { id: account.id, username, fullName, avatarUrl: null } },
    });
    return openSession(operations, issuer, account, device);
  });
}

/** Signs in with e-mail or username. Throws `invalid_credentials`, `rate_limited`. */
export async function logIn(
  {
    store,
    passwords,
    issuer,
    guard,
  }: { store: Pick<Store, "transaction" | "passwordByLogin" | "accountById">; passwords: Passwords; issuer: TokenIssuer; guard: Guard },
  login: string,
  password: string,
  device: Device,
): Promise<SignedIn> {
  const found = await store.passwordByLogin(login);
  let outdated = false;
  await guard({
    login: login.toLowerCase(),
    account: found?.id ?? null,
    address: device.address,
    async matches() {
      const verdict = await passwords.verify(found?.passwordHash ?? null, password);
      ({ outdated } = verdict);
      return verdict.matches;
    },
  });
  const account = found && (await store.accountById(found.id));
  if (!account) throw new Problem("invalid_credentials", { internal: "the account was deleted meanwhile" });
  const newHash = outdated ? await passwords.hash(password) : null;
  return store.transaction(async (operations) => {
    if (newHash) await operations.replacePasswordHash(account, newHash);
    return openSession(operations, issuer, account, device);
  });
}

/** Ends the session that the call came with. Gives the sessions that it ended: none if it had ended before. */
export async function logOut(store: Pick<Store, "transaction">, userId: UserId, sessionId: SessionId): Promise<SessionId[]> {
  return store.transaction(async (operations) => {
    const ended = await endSessions(operations, userId, { id: sessionId });
    if (ended.length === 0) return ended;
    await operations.enqueue({
      type: "user.logged_out",
      aggregate: { id: sessionId, revision: 2 },
      actorId: userId,
      data: { userId, sessionId },
    });
    return ended;
  });
}

/** Deletes the account; all that belongs to it in other services follows by events. Gives the sessions that it ended. Throws what `requireRecentProof` does. */
export async function deleteAccount(
  { store, ...options }: StepUpOptions & { store: Pick<Store, "transaction"> },
  asker: Asker,
  password: string | undefined,
): Promise<SessionId[]> {
  const { userId } = asker;
  await requireRecentProof({ store, ...options }, asker, password);
  return store.transaction(async (operations) => {
    const ended = await endSessions(operations, userId);
    const deleted = await operations.deleteAccount(userId);
    if (!deleted) throw new Problem("unauthenticated", { internal: "the account was deleted meanwhile" });
    await operations.enqueue({
      type: "user.deleted",
      aggregate: { id: userId, revision: deleted.revision + 1 },
      actorId: userId,
      data: { userId },
    });
    return ended;
  });
}
