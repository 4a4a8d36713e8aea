import type { Passkey } from "@newfeed/shared/contracts/account-dto.ts";
import { invalidField, Problem } from "@newfeed/shared/contracts/errors.ts";
import { asPasskeyId, type PasskeyId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Language } from "@newfeed/shared/contracts/languages.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import type { PasskeyAssertion } from "@newfeed/shared/contracts/routes/passkey-assertion.ts";
import type { NewPasskey } from "@newfeed/shared/contracts/routes/passkeys.ts";
import { v7 as uuidv7 } from "uuid";
import { tellOwner } from "../mails/write.ts";
import type { Codes } from "../second-factor/codes.ts";
import { type Device, openSession, type SignedIn, type TokenIssuer } from "../sessions.ts";
import { type Asker, requireRecentProof, type StepUpOptions } from "../step-up/step-up.ts";
import type { Store } from "../store.ts";
import { requireWayIn } from "../ways-in.ts";
import type { AnsweredChallenge, PasskeyChallenges } from "./challenges.ts";
import { purposes } from "./checks.ts";
import type { WebAuthn } from "./webauthn.ts";

export interface PasskeyOptions extends StepUpOptions {
  store: Store;
  codes: Pick<Codes, "isOn" | "requireCode" | "findAccount">;
  /** Null where there are no passkeys: the site has no domain. */
  webAuthn: WebAuthn | null;
  challenges: PasskeyChallenges;
}

type Row = Omit<Passkey, "createdAt" | "lastUsedAt"> & { createdAt: Date; lastUsedAt: Date | null };
export const toPasskey = ({ id, name, synced, createdAt, lastUsedAt, revision }: Row): Passkey => ({
  id,
  name,
  synced,
  createdAt: createdAt.toISOString(),
  lastUsedAt: lastUsedAt?.toISOString() ?? null,
  revision,
});

function ofSite({ webAuthn }: Pick<PasskeyOptions, "webAuthn">): WebAuthn {
  if (!webAuthn) throw new Problem("not_found", { message: "This site has no domain, which passkeys need." });
  return webAuthn;
}

const tooMany = () => new Problem("conflict", { message: `You have ${bounds.passkeysPerUser} passkeys. Remove one first.` });

/** What asks the browser for a new passkey. Throws what `requireRecentProof` does, `conflict` beyond 20 passkeys, `not_found` where there are none. */
export async function beginPasskey(options: PasskeyOptions, asker: Asker): Promise<Record<string, unknown>> {
  const webAuthn = ofSite(options);
  const account = await requireRecentProof(options, asker);
  const known = await options.store.passkeysOf(account.id);
  if (known.length >= bounds.passkeysPerUser) throw tooMany();
  return webAuthn.creationOptions(options.challenges.make(purposes.register(asker.sessionId)), account, known);
}

/** Adds the passkey that was begun in this session, once; a mail tells the owner. Throws `validation_failed` for another one, `conflict`, `unauthenticated` when the session has ended. */
export async function addPasskey(
  options: PasskeyOptions,
  { userId, sessionId }: Asker,
  { name, passkey }: { name: string; passkey: NewPasskey },
  language: Language,
): Promise<Passkey> {
  const webAuthn = ofSite(options);
  let answered: AnsweredChallenge | null = null;
  const key = await webAuthn.created(passkey, (challenge) => {
    answered = options.challenges.open(challenge, purposes.register(sessionId));
    return answered !== null;
  });
  const wrong = () => invalidField("passkey", "must be a new one of this site, made within five minutes");
  if (!key || !answered) throw wrong();
  const challenge: AnsweredChallenge = answered;
  const added = await options.store.transaction(async (operations) => {
    const account = await operations.lockAccount(userId);
    if (!account || !(await operations.sessionIsActive(sessionId))) throw new Problem("unauthenticated", { internal: "the session has ended meanwhile" });
    if (!(await operations.answerChallenge(challenge))) throw wrong();
    if ((await operations.passkeysOf(userId)).length >= bounds.passkeysPerUser) throw tooMany();
    const row = await operations.addPasskey({ id: asPasskeyId(uuidv7()), accountId: userId, name, ...key });
    if (!row) throw new Problem("conflict", { message: "That passkey signs in already." });
    await tellOwner(operations, account, "passkey_added", language);
    return row;
  });
  return toPasskey(added);
}

/** Throws `not_found`. */
export async function renamePasskey(store: Pick<Store, "renamePasskey">, userId: UserId, id: PasskeyId, name: string): Promise<Passkey> {
  const renamed = await store.renamePasskey(userId, id, name);
  if (!renamed) throw new Problem("not_found");
  return toPasskey(renamed);
}

/** Takes a passkey from the account; a mail tells the owner. Throws what `requireRecentProof` does, `not_found`, and `last_sign_in` when no other way in is left. */
export async function removePasskey(options: PasskeyOptions, asker: Asker, id: PasskeyId, language: Language): Promise<void> {
  await requireRecentProof(options, asker);
  await options.store.transaction(async (operations) => {
    const account = await operations.lockAccount(asker.userId);
    if (!account || !(await operations.removePasskey(asker.userId, id))) throw new Problem("not_found");
    await requireWayIn(operations, account);
    await tellOwner(operations, account, "passkey_removed", language);
  });
}

/** What asks the browser for a passkey that signs in. Throws `not_found` where there are none. */
export const challengeForSignIn = (options: PasskeyOptions): Promise<Record<string, unknown>> =>
  ofSite(options).requestOptions(options.challenges.make(purposes.signIn), { identifiesUser: true });

/** The same for a step-up: for one of the user's. */
export async function challengeForStepUp(options: PasskeyOptions, { userId, sessionId }: Asker): Promise<Record<string, unknown>> {
  const passkeys = await options.store.passkeysOf(userId);
  if (passkeys.length === 0) throw new Problem("not_found");
  return ofSite(options).requestOptions(options.challenges.make(purposes.stepUp(sessionId)), { oneOf: passkeys, identifiesUser: true });
}

/** The same for a sign-in whose password was right. Throws `challenge_invalid`, `not_found` when the account has none. */
export async function challengeForSecondFactor(options: PasskeyOptions, challenge: string): Promise<Record<string, unknown>> {
  const accountId = await options.codes.findAccount(challenge);
  const passkeys = await options.store.passkeysOf(accountId);
  if (passkeys.length === 0) throw new Problem("not_found");
  return ofSite(options).requestOptions(options.challenges.make(purposes.secondFactor(challenge)), { oneOf: passkeys, identifiesUser: false });
}

/** Signs in with a passkey alone. Throws `invalid_credentials`, `rate_limited`, `approval_pending`. */
export async function logInWithPasskey(
  { store, passkeys, issuer }: Pick<PasskeyOptions, "store" | "passkeys"> & { issuer: TokenIssuer },
  passkey: PasskeyAssertion,
  device: Device,
): Promise<SignedIn> {
  const accountId = await passkeys.requirePasskey(passkey, { purpose: purposes.signIn, address: device.address });
  return store.transaction(async (operations) => {
    const account = await operations.accountById(accountId);
    if (!account) throw new Problem("invalid_credentials", { internal: "the account was deleted meanwhile" });
    return openSession(operations, issuer, account, device);
  });
}
