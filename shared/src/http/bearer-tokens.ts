import { authRoutes } from "../contracts/routes/auth.ts";
import { externalTokenInternalRoutes } from "../contracts/routes/external-tokens.ts";
import { tokenInternalRoutes } from "../contracts/routes/tokens.ts";
import { looksLikeApiToken } from "../ports/api-tokens.ts";
import type { Limiter } from "../ports/limiter.ts";
import type { ApiTokenMetrics } from "../ports/metrics.ts";
import type { ServiceClient } from "../ports/service-client.ts";
import type { IdentityIssuer, Presenter, TokenAudience, TokenClaims, TokenVerifier } from "../ports/tokens.ts";
import { createApiTokens } from "./api-tokens.ts";
import { createExternalTokens } from "./external-tokens.ts";
import type { Revocations } from "./revocations.ts";
import { createVerifiedTokens } from "./verified-tokens.ts";

/** Verifies what a client sent by itself: an access token of ours, an API token, or an access token of the issuer elsewhere. */
export type VerifyBearer = (token: string, audiences: readonly TokenAudience[], presenter: () => Presenter) => Promise<TokenClaims>;

export interface Verifiers {
  verifyBearer: VerifyBearer;
  /** Accepts only tokens of ours: for what browsers send by themselves. */
  verifyCookie: TokenVerifier;
}

export interface BearerTokensOptions {
  callService: ServiceClient;
  limiter: Pick<Limiter, "consume" | "refund">;
  metrics: ApiTokenMetrics;
  revocations: Pick<Revocations, "has">;
  /** Null for none. */
  identityIssuer: IdentityIssuer | null;
}

/** The verifiers of those who check tokens by themselves. Callers check revocations after them. They throw what `ExternalTokens` and `VerifyApiToken` throw. */
export function createBearerTokens({ callService, limiter, metrics, revocations, identityIssuer }: BearerTokensOptions): Verifiers {
  const own = createVerifiedTokens(() => callService(authRoutes.jwks, {}));
  const verifyApiToken = createApiTokens({ lookUp: (hash) => callService(tokenInternalRoutes.apiToken, { body: { hash } }), limiter, metrics });
  const external =
    identityIssuer &&
    createExternalTokens({
      issuer: identityIssuer,
      // By auth-service, which alone reaches the issuer.
      fetchKeys: () => callService(externalTokenInternalRoutes.externalKeys, {}),
      findSession: (body) => callService(externalTokenInternalRoutes.externalSession, { body }),
      limiter,
      metrics,
      revocations,
    });
  return {
    verifyCookie: own.verify,
    verifyBearer(token, audiences, presenter) {
      if (looksLikeApiToken(token)) return verifyApiToken(token, presenter().network);
      if (external && !own.knows(token) && external.claims(token)) return external.verify(token, presenter());
      return own.verify(token, audiences);
    },
  };
}
