import type { ChallengePasskey, NewPasskey, Passkey, PasskeyAssertion } from "@newfeed/client";
import { useQuery } from "@tanstack/react-query";
import type { Texts } from "../texts/en.ts";
import { t } from "../texts/texts.ts";
import { client, queryClient } from "./client.ts";
import { keys } from "./keys.ts";
import { InWords } from "./problems.ts";
import { useSignInOptions } from "./session.ts";

const library = () => import("@simplewebauthn/browser");

/** What browsers refuse, by the names of their errors. */
const refusals: Record<string, keyof Texts["passkeyProblems"]> = {
  NotAllowedError: "cancelled",
  AbortError: "cancelled",
  InvalidStateError: "known",
  SecurityError: "wrongAddress",
};
async function inWords<T>(ceremony: Promise<T>): Promise<T> {
  try {
    return await ceremony;
  } catch (error) {
    const refusal = error instanceof Error && refusals[error.name];
    throw refusal ? new InWords(t.passkeyProblems[refusal]) : error;
  }
}

/** Whether this browser has passkeys, and they work at this address. */
export function usePasskeysHere(): boolean {
  const { rpId } = useSignInOptions()?.passkeys ?? {};
  const host = location.hostname;
  return rpId !== undefined && (host === rpId || host.endsWith(`.${rpId}`)) && "PublicKeyCredential" in window;
}

async function ask(body: ChallengePasskey): Promise<PasskeyAssertion> {
  const [options, { startAuthentication }] = await Promise.all([client.passkeys.challenge(body), library()]);
  return (await inWords(startAuthentication({ optionsJSON: options as never }))) as PasskeyAssertion;
}

export async function signInWithPasskey(): Promise<void> {
  await client.session.signInWithPasskey(await ask({ purpose: "sign_in" }));
}

/** In place of a code, after the password. */
export async function finishWithPasskey(challenge: string): Promise<void> {
  await client.session.signInWithCode({ challenge, passkey: await ask({ purpose: "second_factor", challenge }) });
}

/** Shows that it is the user. */
export async function stepUpWithPasskey(): Promise<void> {
  await client.session.stepUp({ passkey: await ask({ purpose: "step_up" }) });
}

const change = (next: (passkeys: Passkey[]) => Passkey[]) => queryClient.setQueryData<Passkey[]>(keys.passkeys, (before = []) => next(before));

/** The user's passkeys. */
export const usePasskeys = () => useQuery({ queryKey: keys.passkeys, queryFn: ({ signal }) => client.passkeys.list({ signal }), staleTime: 0 });

/** Has the browser make a passkey, which signs in from then on. */
export async function addPasskey(name: string): Promise<void> {
  const [options, { startRegistration }] = await Promise.all([client.passkeys.begin(), library()]);
  const passkey = (await inWords(startRegistration({ optionsJSON: options as never }))) as NewPasskey;
  const added = await client.passkeys.add({ name, passkey });
  change((before) => [added, ...before]);
}

export async function renamePasskey({ id }: Passkey, name: string): Promise<void> {
  const renamed = await client.passkeys.rename(id, name);
  change((before) => before.map((one) => (one.id === id ? renamed : one)));
}

export async function removePasskey({ id }: Passkey): Promise<void> {
  await client.passkeys.remove(id);
  change((before) => before.filter((one) => one.id !== id));
}
