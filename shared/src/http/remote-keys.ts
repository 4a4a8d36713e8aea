import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import type { Problem } from "../contracts/errors.ts";

/** Fetches a set of public keys. Throws a problem. */
export type FetchKeys = () => Promise<{ keys: Record<string, unknown>[] }>;

const freshMs = 600_000;
/** A stranger can name any key: unknown ones are looked for so often, however many tokens name them. */
const lookedForAfterMs = 30_000;
const failureKeptMs = 5_000;

/**
 * Keys that are fetched when a token first needs them, and again after ten minutes, beside the calls: those that are known stay
 * good while they cannot be fetched. An unknown one is looked for every 30 seconds at most. Throws jose's errors for a token that
 * names no key, and what `fetchKeys` throws.
 */
export function createRemoteKeys(fetchKeys: FetchKeys): JWTVerifyGetKey {
  let keys: JWTVerifyGetKey | undefined;
  let failure: Problem | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<JWTVerifyGetKey> | undefined;
  const age = () => Date.now() - askedAt;

  async function askOnce(): Promise<JWTVerifyGetKey> {
    askedAt = Date.now();
    try {
      keys = createLocalJWKSet((await fetchKeys()) as unknown as JSONWebKeySet);
      failure = undefined;
      return keys;
    } catch (error) {
      failure = error as Problem;
      throw error;
    } finally {
      asking = undefined;
    }
  }
  function ask(): Promise<JWTVerifyGetKey> {
    asking ??= askOnce();
    return asking;
  }

  return async (header, token) => {
    if (!keys) {
      if (failure && age() < failureKeptMs) throw failure;
      return (await ask())(header, token);
    }
    if (age() > freshMs) ask().catch(() => {});
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      if (!asking && age() < lookedForAfterMs) throw failure ?? error;
      return (await ask())(header, token);
    }
  };
}
