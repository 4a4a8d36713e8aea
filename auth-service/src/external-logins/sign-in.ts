import { createHash, randomBytes } from "node:crypto";
import type { RegistrationPolicy } from "@newfeed/shared/contracts/account-dto.ts";
import { NewUsername } from "@newfeed/shared/contracts/dto.ts";
import { invalidField, Problem } from "@newfeed/shared/contracts/errors.ts";
import { asUserId } from "@newfeed/shared/contracts/ids.ts";
import type { Language } from "@newfeed/shared/contracts/languages.ts";
import { cleanLine, lengths } from "@newfeed/shared/contracts/text.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import { v7 as uuidv7 } from "uuid";
import { join } from "../registration/join.ts";
import type { Codes } from "../second-factor/codes.ts";
import { type Device, openSession, type SignedIn, type TokenIssuer } from "../sessions.ts";
import type { Account, Operations, Store } from "../store.ts";
import type { Attempt, Attempts } from "./attempt.ts";
import { linkLogin } from "./links.ts";
import type { Provider } from "./openid.ts";
import type { ExternalIdentity } from "./store.ts";

export interface ExternalSignIn {
  store: Pick<Store, "transaction" | "addSignInCode">;
  providers: ReadonlyMap<string, Provider>;
  attempts: Attempts;
  /** Where browsers reach this installation: providers send them back to it. */
  siteUrl: string;
  /** Where a sign-in may end. */
  returnOrigins: readonly string[];
  logger: Pick<Logger, "warn">;
}

/** 43 characters, the least that a verifier of PKCE has. */
const random = () => randomBytes(32).toString("base64url");
const sha256 = (text: string, encoding: "hex" | "base64url") => createHash("sha256").update(text).digest(encoding);

/** An address with something for its page behind the `#`, which no server and no log gets to see. */
const withFragment = (address: string, name: string, value: string): string => Object.assign(new URL(address), { hash: `${name}=${value}` }).href;

function providerOf({ providers }: Pick<ExternalSignIn, "providers">, name: string): Provider {
  const provider = providers.get(name);
  if (!provider) throw new Problem("not_found", { message: "Nobody signs in with that here." });
  return provider;
}

/** Begins a sign-in at a provider. Gives where the browser goes, and what it keeps as a cookie. Throws `not_found`, `validation_failed`, `provider_unavailable`. */
export async function begin(
  { siteUrl, returnOrigins, attempts, ...options }: Omit<ExternalSignIn, "store">,
  name: string,
  { returnTo, purpose }: Pick<Attempt, "returnTo" | "purpose">,
): Promise<{ url: string; sealed: string }> {
  if (!returnOrigins.includes(new URL(returnTo).origin)) throw invalidField("returnTo", "must be a page of this site");
  const provider = providerOf(options, name);
  const secrets = { state: random(), nonce: random(), verifier: random() };
  const url = await provider.authorizationUrl({ ...secrets, redirectUri: redirectUri(siteUrl, name) });
  return { url, sealed: attempts.seal({ provider: name, ...secrets, returnTo, purpose }) };
}

const redirectUri = (siteUrl: string, provider: string) => `${siteUrl}/api/auth/${provider}/callback`;

/** Where a sign-in ends that did not begin, for the user to read why. */
export const failedAt = (returnTo: string, problem: Problem): string => withFragment(returnTo, "error", problem.code);

/**
 * A browser is back from a provider, with the cookie that it was given. Gives where it goes: to where the sign-in began, with
 * a code that the one who began it can exchange once within ten minutes, or to our own page when it is unknown here.
 */
export async function complete(options: ExternalSignIn, name: string, search: string, sealed: string | undefined, language: Language): Promise<string> {
  const provider = providerOf(options, name);
  const attempt = sealed === undefined ? null : options.attempts.open(sealed);
  const failed = new Problem("external_sign_in_failed");
  if (!attempt || attempt.provider !== name || new URLSearchParams(search).get("state") !== attempt.state) return failedAt(`${options.siteUrl}/login`, failed);
  const { returnTo, purpose, ...secrets } = attempt;
  try {
    const identity = { ...(await provider.identityOf({ ...secrets, redirectUri: redirectUri(options.siteUrl, name) }, search)), provider: name };
    if ("link" in purpose) {
      await linkLogin(options.store, purpose.link, identity, language);
      return withFragment(returnTo, "linked", name);
    }
    const code = random();
    await options.store.addSignInCode(sha256(code, "hex"), purpose.challenge, identity);
    return withFragment(returnTo, "code", code);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    options.logger.warn("a sign-in at a provider failed", { provider: name, error });
    return failedAt(returnTo, error);
  }
}

/** A username that may be had, of what the provider says; undefined when nothing of it fits. */
export function usernameFrom({ username, email, fullName }: Pick<ExternalIdentity, "username" | "email" | "fullName">): string | undefined {
  const names = [username, email?.slice(0, email.lastIndexOf("@")), fullName];
  for (const name of names) {
    const plain = (name ?? "")
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .replace(/[^A-Za-z0-9_.]+/g, "_")
      .slice(0, lengths.username.max)
      .replace(/^[._]+|[._]+$/g, "");
    const { data } = NewUsername.safeParse(plain);
    if (data !== undefined) return data;
  }
  return undefined;
}

interface Finish {
  code: string;
  verifier: string;
  username?: string | undefined;
  inviteCode?: string | undefined;
}

/**
 * The first sign-in of a login. Its verified address is the account's; one that is not verified is passed over. Throws `LoginExists`,
 * `validation_failed` of a username that nothing yields, `username_taken`, `email_taken`, and what `join` throws.
 */
export async function createAccount(
  operations: Operations,
  registration: RegistrationPolicy,
  identity: ExternalIdentity,
  { username = usernameFrom(identity), inviteCode }: Pick<Finish, "username" | "inviteCode">,
  language?: Language,
): Promise<Account> {
  if (username === undefined) throw invalidField("username", "must be chosen");
  const fullName = cleanLine(identity.fullName ?? "").slice(0, lengths.fullName) || username;
  const none = { email: "", emailIsLogin: false, passwordHash: null };
  const account = await join(operations, { registration, inviteCode }, { id: asUserId(uuidv7()), username, ...none, fullName, ...(language && { language }) });
  if (!(await operations.addLogin(account.id, identity))) throw new LoginExists();
  if (identity.email === null) return account;
  const { revision } = await operations.claimAddress(account.id, identity.email).catch((error: unknown) => {
    if (!(error instanceof Problem) || error.code !== "email_taken") throw error;
    throw new Problem("email_taken", {
      message: "Your e-mail address has an account here. Sign in to that one, and link this login in its settings.",
      cause: error,
    });
  });
  await operations.enqueue({ type: "user.email_verified", aggregate: { id: account.id, revision }, actorId: account.id, data: { userId: account.id } });
  return (await operations.accountById(account.id)) ?? account;
}

/** Another request created the account of the same login meanwhile. */
export class LoginExists extends Error {}

/**
 * Exchanges the code of a sign-in for a session. The first time the account is created, as `registration` allows. A refusal
 * leaves the code as it was: with another username it goes on. It does not prove a user who has a second factor. Throws `external_sign_in_failed`, `username_taken`,
 * `validation_failed`, `email_taken` (of a verified address: logins are never joined by their addresses), `approval_pending`, and
 * what `join` throws.
 */
export async function finish(
  {
    store,
    issuer,
    registration,
    codes,
  }: { store: Pick<Store, "transaction">; issuer: TokenIssuer; registration: RegistrationPolicy; codes: Pick<Codes, "isOn"> },
  given: Finish,
  device: Device,
  language: Language,
): Promise<SignedIn> {
  const signIn = () =>
    store.transaction(async (operations) => {
      const identity = await operations.useSignInCode(sha256(given.code, "hex"), sha256(given.verifier, "base64url"));
      if (!identity) throw new Problem("external_sign_in_failed");
      const known = await operations.accountOfLogin(identity);
      const account = known ? await operations.accountById(known) : await createAccount(operations, registration, identity, given, language);
      if (!account) throw new Problem("external_sign_in_failed", { internal: "the account was deleted meanwhile" });
      if (!known && account.awaitsApproval) return null;
      const provedAt = known && (await codes.isOn(known)) ? null : new Date();
      return openSession(operations, issuer, account, device, provedAt);
    });
  const signedIn = await signIn().catch((error: unknown) => {
    if (error instanceof LoginExists) return signIn();
    throw error;
  });
  if (!signedIn) throw new Problem("approval_pending");
  return signedIn;
}
