import { invalidField, Problem, type Proof } from "@newfeed/shared/contracts/errors.ts";
import type { SessionId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { PasskeyAssertion } from "@newfeed/shared/contracts/routes/passkey-assertion.ts";
import type { Guard } from "../login-guard.ts";
import { type PasskeyChecks, purposes } from "../passkeys/checks.ts";
import type { Passwords } from "../passwords.ts";
import type { Codes } from "../second-factor/codes.ts";
import type { Account, Store } from "../store.ts";

/** For so long, what a user has proven in a session counts as recent. Refreshing its tokens proves nothing. */
const proofMinutes = 10;

const validUntil = (provedAt: Date) => new Date(provedAt.getTime() + proofMinutes * 60_000);

export interface StepUpOptions {
  store: Pick<Store, "accountById" | "provedAt" | "noteProof" | "passkeysOf" | "findFactor">;
  passwords: Passwords;
  guard: Guard;
  codes: Pick<Codes, "isOn" | "requireCode">;
  passkeys: PasskeyChecks;
}

/** The user and session that ask, and from where. */
export interface Asker {
  userId: UserId;
  sessionId: SessionId;
  address: string;
}

/** Refuses for want of a proof. Says what the account can prove itself with: where a second factor is on, by nothing less. */
async function stepUpRequired({ store }: Pick<StepUpOptions, "store">, { id, passwordHash }: Account, hasFactor: boolean): Promise<Problem> {
  const first: Proof = hasFactor ? "code" : passwordHash === null ? "sign_in" : "password";
  const hasPasskey = (await store.passkeysOf(id)).length > 0;
  return new Problem("step_up_required", { proofs: hasPasskey ? [first, "passkey"] : [first] });
}

/** Lets the account's password through. Throws `invalid_credentials`, `rate_limited`. */
export async function requirePassword(
  { passwords, guard }: Pick<StepUpOptions, "passwords" | "guard">,
  { id, passwordHash }: Pick<Account, "id" | "passwordHash">,
  password: string,
  address: string,
): Promise<void> {
  await guard({ login: `id:${id}`, account: id, address, matches: async () => (await passwords.verify(passwordHash, password)).matches });
}

/**
 * For what a stolen session must not do: requires that the user has proven themselves in this session within ten minutes
 * (by signing in, or `stepUp`), or with the `password` that came with the call. With a second factor a password is not enough,
 * nor is what was proven before it was turned on. Gives the account. Throws `step_up_required`, which says what proves it; for a
 * password `invalid_credentials`, `rate_limited`.
 */
export async function requireRecentProof(options: StepUpOptions, { userId, sessionId, address }: Asker, password?: string): Promise<Account> {
  const account = await options.store.accountById(userId);
  if (!account) throw new Problem("unauthenticated");
  if (password !== undefined) await requirePassword(options, account, password, address);
  const factorSince = (await options.store.findFactor(userId))?.confirmedAt ?? null;
  if (password === undefined || factorSince) {
    const provedAt = await options.store.provedAt(sessionId);
    if (!provedAt || validUntil(provedAt) < new Date() || (factorSince && provedAt < factorSince))
      throw await stepUpRequired(options, account, factorSince !== null);
  }
  return account;
}

/**
 * Notes in the session that its user has proven themselves, with the password, a code or a passkey. Gives until when that counts.
 * Throws `validation_failed` without any, `step_up_required` for a password where a second factor is on, `invalid_credentials`,
 * `rate_limited`.
 */
export async function stepUp(
  options: StepUpOptions,
  { userId, sessionId, address }: Asker,
  { password, code, passkey }: { password?: string | undefined; code?: string | undefined; passkey?: PasskeyAssertion | undefined },
): Promise<Date> {
  const account = await options.store.accountById(userId);
  if (!account) throw new Problem("unauthenticated");
  const hasFactor = await options.codes.isOn(userId);
  if (password !== undefined && !hasFactor) await requirePassword(options, account, password, address);
  else if (code !== undefined) await options.codes.requireCode(userId, code, address);
  else if (passkey !== undefined) await options.passkeys.requirePasskey(passkey, { purpose: purposes.stepUp(sessionId), owner: userId, address });
  else if (password !== undefined) throw await stepUpRequired(options, account, hasFactor);
  else throw invalidField("password", "is required, or a code, or a passkey");
  const provedAt = await options.store.noteProof(sessionId);
  if (!provedAt) throw new Problem("unauthenticated", { internal: "the session has ended meanwhile" });
  return validUntil(provedAt);
}
