import type { JSONWebKeySet } from "jose";
import { Problem } from "../contracts/errors.ts";
import type { TokenAudience, TokenClaims, TokenVerifier } from "../ports/tokens.ts";
import { createTokenVerifier } from "./tokens.ts";

export interface VerifiedTokens {
  verify: TokenVerifier;
  /** Whether a token was verified before. */
  knows(token: string): boolean;
}

const refetchAfterMs = 10_000;
const cached = 10_000;

/**
 * Verifies tokens with the keys of auth-service, fetched on first use and again when a token names an unknown one.
 * Verified tokens are cached until they expire (an Ed25519 check costs about 60 µs); callers check revocations themselves.
 */
export function createVerifiedTokens(fetchKeys: () => Promise<{ keys: Record<string, unknown>[] }>): VerifiedTokens {
  const known = new Map<string, TokenClaims>();
  let verifier: TokenVerifier | undefined;
  let fetchedAt = 0;
  let fetching: Promise<TokenVerifier> | undefined;

  function load(): Promise<TokenVerifier> {
    fetching ??= fetchKeys()
      .then((keySet) => {
        fetchedAt = Date.now();
        verifier = createTokenVerifier(keySet as unknown as JSONWebKeySet);
        return verifier;
      })
      .finally(() => {
        fetching = undefined;
      });
    return fetching;
  }

  function allowed(claims: TokenClaims, audiences: readonly TokenAudience[]): TokenClaims {
    if (claims.expiresAt.getTime() <= Date.now()) throw new Problem("token_expired");
    if (!audiences.includes(claims.audience)) throw new Problem("unauthenticated", { internal: `a token for ${claims.audience} was presented` });
    return claims;
  }

  return {
    knows: (token) => known.has(token),
    async verify(token, audiences) {
      const claimed = known.get(token);
      if (claimed) return allowed(claimed, audiences);
      let claims: TokenClaims;
      try {
        claims = await (verifier ?? (await load()))(token, audiences);
      } catch (error) {
        // Perhaps the keys were rotated.
        if (!(error instanceof Problem) || error.code !== "unauthenticated" || Date.now() - fetchedAt < refetchAfterMs) throw error;
        claims = await (await load())(token, audiences);
      }
      // The oldest goes first; a Map keeps its keys in order of insertion.
      if (known.size >= cached) known.delete(known.keys().next().value as string);
      known.set(token, claims);
      return claims;
    },
  };
}
