import { invalidField, Problem } from "@newfeed/shared/contracts/errors.ts";
import type { Language } from "@newfeed/shared/contracts/languages.ts";
import type { PasskeyAssertion } from "@newfeed/shared/contracts/routes/passkey-assertion.ts";
import { tellOwner } from "../mails/write.ts";
import { type PasskeyChecks, purposes } from "../passkeys/checks.ts";
import { type Device, openSession, type SignedIn, type TokenIssuer } from "../sessions.ts";
import { type Asker, requireRecentProof, type StepUpOptions } from "../step-up/step-up.ts";
import type { Account, Operations, Store } from "../store.ts";
import type { Codes } from "./codes.ts";
import { hashOfSecret, newRecoveryCodes, plainCode, type SecretBox } from "./secrets.ts";
import { newTotpSecret, stepOfCode, totpUri } from "./totp.ts";

export interface SecondFactorOptions extends StepUpOptions {
  store: Store;
  codes: Codes;
  box: SecretBox;
  /** What authenticator apps call the installation. */
  siteName: string;
}

/** Gives the secret for an authenticator app; its first code turns it on. Throws what `requireRecentProof` does, `conflict` when one is on. */
export async function beginSecondFactor(options: SecondFactorOptions, asker: Asker): Promise<{ secret: string; uri: string }> {
  const { id, username } = await requireRecentProof(options, asker);
  const secret = await newTotpSecret();
  const isNew = await options.store.putFactor(id, options.box.seal(id, secret));
  if (!isNew) throw new Problem("conflict", { message: "A second factor is on already. Turn it off first." });
  return { secret, uri: await totpUri(secret, { issuer: options.siteName, label: username }) };
}

async function giveRecoveryCodes(operations: Operations, { id }: Account): Promise<string[]> {
  const codes = newRecoveryCodes();
  await operations.replaceCodes(
    id,
    codes.map((code) => hashOfSecret(plainCode(code))),
  );
  return codes;
}

/** Turns the second factor on with a first code, which proves the user in this session. Gives the recovery codes, once. Throws `invalid_credentials`. */
export async function confirmSecondFactor(
  { store, box }: SecondFactorOptions,
  { userId, sessionId }: Asker,
  typed: string,
  language: Language,
): Promise<string[]> {
  const [account, factor] = await Promise.all([store.accountById(userId), store.findFactor(userId)]);
  if (!account) throw new Problem("unauthenticated");
  const secret = factor && !factor.confirmedAt ? box.open(userId, factor.secret) : null;
  const step = secret === null ? null : await stepOfCode(secret, plainCode(typed));
  const wrong = () => new Problem("invalid_credentials", { message: "That code is wrong. Is the clock of your device right?" });
  if (!factor || step === null) throw wrong();
  const recoveryCodes = await store.transaction(async (operations) => {
    if (!(await operations.confirmFactor(userId, factor.secret, step))) throw wrong();
    await tellOwner(operations, account, "second_factor_on", language);
    return giveRecoveryCodes(operations, account);
  });
  await store.noteProof(sessionId);
  return recoveryCodes;
}

/** Gives new recovery codes; those of before are void, and a mail tells the owner. Throws what `requireRecentProof` does, `not_found` without a second factor. */
export async function renewRecoveryCodes(options: SecondFactorOptions, asker: Asker, language: Language): Promise<string[]> {
  const account = await requireRecentProof(options, asker);
  if (!(await options.codes.isOn(account.id))) throw new Problem("not_found");
  return options.store.transaction(async (operations) => {
    await tellOwner(operations, account, "recovery_codes_renewed", language);
    return giveRecoveryCodes(operations, account);
  });
}

/** Turns the second factor off. Throws what `requireRecentProof` does, `not_found` without one. */
export async function removeSecondFactor(options: SecondFactorOptions, asker: Asker, language: Language): Promise<void> {
  const account = await requireRecentProof(options, asker);
  await options.store.transaction(async (operations) => {
    if (!(await operations.removeFactor(account.id))) throw new Problem("not_found");
    await tellOwner(operations, account, "second_factor_off", language);
  });
}

/** Turns off the second factor of a user who has lost it, as an operator knows. False when there is none. */
export async function dropSecondFactor(store: Pick<Store, "passwordByLogin" | "accountById" | "transaction">, login: string): Promise<boolean> {
  const found = await store.passwordByLogin(login);
  const account = found && (await store.accountById(found.id));
  if (!account) return false;
  return store.transaction(async (operations) => {
    const removed = await operations.removeFactor(account.id);
    if (removed) await tellOwner(operations, account, "second_factor_off", "en");
    return removed;
  });
}

/** Goes on with a sign-in whose password was right, with a code or a passkey. Throws `validation_failed` without either, `challenge_invalid`, `invalid_credentials`, `rate_limited`. */
export async function logInWithSecondFactor(
  { store, codes, passkeys, issuer }: Pick<SecondFactorOptions, "store" | "codes"> & { passkeys: PasskeyChecks; issuer: TokenIssuer },
  { challenge, code, passkey }: { challenge: string; code?: string | undefined; passkey?: PasskeyAssertion | undefined },
  device: Device,
): Promise<SignedIn> {
  if (code === undefined && passkey === undefined) throw invalidField("code", "is required, or a passkey");
  const accountId = await codes.accountOf(challenge);
  if (code !== undefined) await codes.requireCode(accountId, code, device.address);
  else if (passkey !== undefined)
    await passkeys.requirePasskey(passkey, { purpose: purposes.secondFactor(challenge), owner: accountId, besidePassword: true, address: device.address });
  return store.transaction(async (operations) => {
    const isOurs = await operations.useChallenge(hashOfSecret(challenge));
    const account = isOurs && (await operations.accountById(accountId));
    if (!account) throw new Problem("challenge_invalid");
    return openSession(operations, issuer, account, device);
  });
}
