import * as z from "zod";
import { Problem } from "../contracts/errors.ts";

const KeySet = z.object({
  keys: z
    .array(z.looseObject({ kty: z.string() }))
    .min(1)
    .max(100),
});
export type KeySet = z.output<typeof KeySet>;

const requestEndsWithinMs = 3_000;
const mostBytes = 256 * 1024;
const askedAgainAfterMs = 30_000;
const failureKeptMs = 5_000;

async function read(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > mostBytes) throw new Error("the key set is too large");
  }
  return text;
}

async function fetchKeySet(url: string): Promise<KeySet> {
  const response = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(requestEndsWithinMs), headers: { accept: "application/json" } });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`${url} answered ${response.status}`);
  }
  return KeySet.parse(JSON.parse(await read(response)));
}

/**
 * The public keys of an issuer elsewhere (RFC 7517), at most 30 seconds old: all callers together ask the issuer no more often.
 * Throws `provider_unavailable` when it does not answer, which is kept for five seconds.
 */
export function createKeySet(url: string): () => Promise<KeySet> {
  let latest: { keySet: Promise<KeySet>; until: number } | undefined;
  return () => {
    if (latest && Date.now() < latest.until) return latest.keySet;
    const entry = {
      until: Date.now() + askedAgainAfterMs,
      keySet: fetchKeySet(url).catch((cause: unknown) => {
        entry.until = Date.now() + failureKeptMs;
        throw new Problem("provider_unavailable", { cause, logged: true, internal: "the keys at IDENTITY_JWKS_URL" });
      }),
    };
    latest = entry;
    return entry.keySet;
  };
}
