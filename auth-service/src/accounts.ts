import type { RegistrationPolicy } from "@newfeed/shared/contracts/account-dto.ts";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { asUserId, type SessionId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Language } from "@newfeed/shared/contracts/languages.ts";
import { v7 as uuidv7 } from "uuid";
import type { Guard } from "./login-guard.ts";
import { writeMail } from "./mails/write.ts";
import { requireGoodPassword } from "./password-rules.ts";
import type { Passwords } from "./passwords.ts";
import { join, requireMayApply } from "./registration/join.ts";
import type { Codes } from "./second-factor/codes.ts";
import { type Device, endSessions, openSession, type SignedIn, type TokenIssuer } from "./sessions.ts";
import { type Asker, requireRecentProof, type StepUpOptions } from "./step-up/step-up.ts";
import type { Operations, Store } from "./store.ts";
import { endTokens } from "./tokens/tokens.ts";

export interface NewAccount {
  username: string;
  email: string;
  password: string;
  fullName?: string | undefined;
  inviteCode?: string | undefined;
}

/** What decides whether and how accounts are created. */
interface SignUpRules {
  registration: RegistrationPolicy;
  passwordMinLength: number;
  mailReaches: boolean;
}

/**
 * Creates an account as `registration` allows, opens its first session, and has a link sent that verifies its address. Where mail reaches mailboxes,
 * nothing tells whether another account has the address: it signs in once it is verified (docs/decisions/0065-verified-addresses.md). Throws `validation_failed` for a bad password,
 * `username_taken`, `email_taken`, and what `join` throws; `approval_pending` once the account is created and waits.
 */
export async function signUp(
  {
    store,
    passwords,
    issuer,
    registration,
    passwordMinLength,
    mailReaches,
  }: { store: Pick<Store, "transaction">; passwords: Passwords; issuer: TokenIssuer } & SignUpRules,
  { username, email, password, fullName = username, inviteCode }: NewAccount,
  device: Device,
  language: Language,
): Promise<SignedIn> {
  requireMayApply(registration, inviteCode);
  await requireGoodPassword(password, passwordMinLength, { username, email });
  const passwordHash = await passwords.hash(password);
  const signedIn = await store.transaction(async (operations) => {
    const account = await join(
      operations,
      { registration, inviteCode },
      { id: asUserId(uuidv7()), username, email, emailIsLogin: !mailReaches, passwordHash, fullName, language },
    );
    await writeMail(operations, { kind: "verify_address", accountId: account.id, recipient: email, language });
    return account.awaitsApproval ? null : openSession(operations, issuer, account, device);
  });
  if (!signedIn) throw new Problem("approval_pending");
  return signedIn;
}

/** Signs in with e-mail or username. Throws `invalid_credentials`, `rate_limited`, `approval_pending`, and `second_factor_required` where a code is asked for. */
export async function logIn(
  {
    store,
    passwords,
    issuer,
    guard,
    codes,
  }: {
    store: Pick<Store, "transaction" | "passwordByLogin" | "accountById">;
    passwords: Passwords;
    issuer: TokenIssuer;
    guard: Guard;
    codes: Pick<Codes, "isOn" | "challenge">;
  },
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
  if (await codes.isOn(account.id)) throw await codes.challenge(account.id);
  const newHash = outdated ? await passwords.hash(password) : null;
  return store.transaction(async (operations) => {
    if (newHash) await operations.replacePasswordHash(account, newHash);
    return openSession(operations, issuer, account, device);
  });
}

/** Who a password belongs to that opens no session. Throws `invalid_credentials`, `rate_limited`. */
export async function accountOf(
  { store, passwords, guard }: { store: Pick<Store, "passwordByLogin">; passwords: Passwords; guard: Guard },
  login: string,
  password: string,
  address: string,
): Promise<UserId> {
  const found = await store.passwordByLogin(login);
  await guard({
    login: login.toLowerCase(),
    account: found?.id ?? null,
    address,
    matches: async () => (await passwords.verify(found?.passwordHash ?? null, password)).matches,
  });
  if (!found) throw new Problem("invalid_credentials", { internal: "there is no such account" });
  return found.id;
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

/** Deletes the account; all that belongs to it in other services follows by events. Gives the sessions and tokens that it ended. Throws what `requireRecentProof` does. */
export async function deleteAccount(
  { store, ...options }: StepUpOptions & { store: Pick<Store, "transaction"> },
  asker: Asker,
  password: string | undefined,
): Promise<SessionId[]> {
  const { userId } = asker;
  await requireRecentProof({ store, ...options }, asker, password);
  return store.transaction((operations) => removeAccount(operations, userId));
}

/** Deletes an account within the caller's transaction. Gives the sessions and tokens that it ended. Throws `unauthenticated` when it is gone. */
export async function removeAccount(operations: Operations, userId: UserId): Promise<SessionId[]> {
  // No session begins from here on, which nobody would hear the end of.
  await operations.lockAccount(userId);
  const [sessions, tokens] = [await endSessions(operations, userId), await endTokens(operations, userId)];
  const deleted = await operations.deleteAccount(userId);
  if (!deleted) throw new Problem("unauthenticated", { internal: "the account was deleted meanwhile" });
  const aggregate = { id: userId, revision: deleted.revision + 1 };
  await operations.enqueue({ type: "user.deleted", aggregate, actorId: userId, data: { userId } });
  // All of it went at once, but for the address, which is kept for a last mail.
  const removed = [
    { by: "account", rows: 1 },
    { by: "sessions", rows: sessions.length },
    { by: "tokens", rows: tokens.length },
  ];
  await operations.enqueue({ type: "account.data_removed", aggregate, actorId: null, data: { userId, service: "auth-service", removed } });
  return [...sessions, ...tokens];
}
