import type { Account, ProviderName } from "@newfeed/client";
import { pages } from "@newfeed/shared/contracts/pages.ts";
import { t } from "../texts/account.ts";
import { client } from "./client.ts";

const key = "newfeed.sign-in";

/** What this tab remembers of a sign-in while its user is at a provider. */
interface Started {
  verifier: string;
  /** The page to go on with. */
  next: string;
  inviteCode?: string | undefined;
}

function started(): Started | null {
  const text = sessionStorage.getItem(key);
  return text === null ? null : (JSON.parse(text) as Started);
}

/** Leaves this page for a provider's. */
export async function signInWith(provider: string, next: string, inviteCode?: string): Promise<void> {
  const { url, verifier } = await client.externalLogins.start(provider as ProviderName, `${location.origin}${pages.login}`);
  sessionStorage.setItem(key, JSON.stringify({ verifier, next, inviteCode } satisfies Started));
  location.assign(url);
}

/** What a provider's page came back with, behind the `#`. */
export const broughtBack = (name: "code" | "error" | "linked"): string | null => new URLSearchParams(location.hash.slice(1)).get(name);

interface Answers {
  username?: string;
  inviteCode?: string;
}

/** The page may be shown again while a request is on its way. */
const finishing = new Map<string, Promise<Account>>();

/** Signs in with a code, and what the user was asked for beside it; gives the page to go on with. */
export async function finishSignIn(code: string, answers: Answers = {}): Promise<string> {
  const { verifier = "none", next = pages.home, inviteCode } = started() ?? {};
  const body = { code, verifier, ...(inviteCode && { inviteCode }), ...answers };
  const attempt = JSON.stringify(body);
  const request = finishing.get(attempt) ?? client.externalLogins.finish(body).finally(() => finishing.delete(attempt));
  finishing.set(attempt, request);
  await request;
  sessionStorage.removeItem(key);
  return next;
}

/** A problem that a sign-in came back with, in words. */
export function describeFailure(code: string): string {
  if (code === "provider_unavailable") return t.signIn.providerAway;
  return code === "external_login_taken" ? t.signIn.loginTaken : t.signIn.notCompleted;
}
