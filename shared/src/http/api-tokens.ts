import { Problem } from "../contracts/errors.ts";
import type { RouteResult } from "../contracts/route.ts";
import type { tokenInternalRoutes } from "../contracts/routes/tokens.ts";
import { hashOfApiToken, isApiToken } from "../ports/api-tokens.ts";
import type { Limiter } from "../ports/limiter.ts";
import type { ApiTokenMetrics } from "../ports/metrics.ts";
import type { TokenClaims } from "../ports/tokens.ts";

/** Throws `unauthenticated`, `token_expired`, and `rate_limited` for a network that presents too many that are none. */
export type VerifyApiToken = (token: string, network: string) => Promise<TokenClaims>;

export interface ApiTokensOptions {
  /** Asks auth-service for the token with this hash; it notes the use. */
  lookUp: (hash: string) => Promise<RouteResult<typeof tokenInternalRoutes.apiToken>>;
  limiter: Pick<Limiter, "consume" | "refund">;
  metrics: ApiTokenMetrics;
}

/** After a minute what is known of a token is renewed, beside the calls that use it; for five it is good. */
const [renewAfterMs, goodForMs] = [60_000, 300_000];
const cached = 10_000;

interface Known {
  claims: TokenClaims;
  at: number;
}

/**
 * Verifies API tokens, and keeps what auth-service says of them: a token that is used all the time is looked up once a minute,
 * and no call waits for that but the first. Callers check revocations themselves, after this: a revoked token is refused as
 * soon as a revoked session. Look-ups of tokens that are none count against their network.
 */
export function createApiTokens({ lookUp, limiter, metrics }: ApiTokensOptions): VerifyApiToken {
  const known = new Map<string, Known>();
  const pending = new Map<string, Promise<TokenClaims | null>>();

  async function fetchClaims(token: string): Promise<TokenClaims | null> {
    const { token: found } = await lookUp(hashOfApiToken(token));
    known.delete(token);
    if (!found) return null;
    const { id, userId, username, roles, scopes, unverified, expiresAt } = found;
    const claims: TokenClaims = { userId, sessionId: id, username, roles, scopes, unverified, expiresAt: new Date(expiresAt), audience: "newfeed" };
    // The one that was renewed the longest ago goes first; a Map keeps its keys in order of insertion.
    if (known.size >= cached) known.delete(known.keys().next().value as string);
    known.set(token, { claims, at: Date.now() });
    return claims;
  }

  /** One look-up of a token at a time. */
  function lookUpOnce(token: string, fetchIt: () => Promise<TokenClaims | null>): Promise<TokenClaims | null> {
    const begun = pending.get(token);
    if (begun) return begun;
    const looking = fetchIt().finally(() => pending.delete(token));
    pending.set(token, looking);
    return looking;
  }

  async function counted(token: string, network: string): Promise<TokenClaims | null> {
    const { allowed, resetMs } = await limiter.consume("unknownToken", network);
    if (!allowed) {
      metrics.lookedUp("limited");
      throw new Problem("rate_limited", { retryAfter: resetMs / 1000, internal: "limit unknownToken" });
    }
    const claims = await fetchClaims(token).catch(async (error: unknown) => {
      // What is not the token's fault takes no point.
      await limiter.refund("unknownToken", network);
      throw error;
    });
    metrics.lookedUp(claims ? "found" : "unknown");
    if (claims) await limiter.refund("unknownToken", network);
    return claims;
  }

  function current(claims: TokenClaims): TokenClaims {
    if (claims.expiresAt.getTime() <= Date.now()) throw new Problem("token_expired");
    return claims;
  }

  return async (token, network) => {
    const hit = known.get(token);
    const age = hit ? Date.now() - hit.at : Number.POSITIVE_INFINITY;
    if (hit && age < goodForMs) {
      // While auth-service is away, what is known stays good for a while.
      if (age >= renewAfterMs) lookUpOnce(token, () => fetchClaims(token)).catch(() => {});
      return current(hit.claims);
    }
    const claims = isApiToken(token) ? await lookUpOnce(token, () => counted(token, network)) : null;
    if (!claims) throw new Problem("unauthenticated", { message: "This token is not valid, or was revoked." });
    return current(claims);
  };
}
