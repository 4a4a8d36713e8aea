import type { IncomingMessage } from "node:http";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { SessionId } from "@newfeed/shared/contracts/ids.ts";
import { cookiesOf } from "@newfeed/shared/http/cookies.ts";
import { isTrustedOrigin } from "@newfeed/shared/http/origin.ts";
import type { Revocations } from "@newfeed/shared/http/revocations.ts";
import type { Limiter } from "@newfeed/shared/ports/limiter.ts";
import type { TokenClaims, TokenVerifier } from "@newfeed/shared/ports/tokens.ts";

export interface SignInOptions {
  verify: TokenVerifier;
  revocations: Pick<Revocations, "has">;
  /** Asks auth-service: a stream token lives longer than revocations are kept here. */
  isSessionActive: (sessionId: SessionId) => Promise<boolean>;
  limiter: Limiter;
  allowedOrigins: readonly string[];
}

/** Authenticates clients that open a connection. They do not pass the gateway, so all of its checks are made here. */
export interface SignIn {
  /** By the token of a handshake, a Bearer header, or a cookie. Throws `unauthenticated`, `token_expired`, `cross_origin`, `rate_limited`. */
  open(request: IncomingMessage, token: string | undefined): Promise<TokenClaims>;
  /** By a token alone. */
  check(token: string): Promise<TokenClaims>;
  /** To be called when a connection is added: the end of a session is signalled to the connections of that moment. Throws `unauthenticated`. */
  requireOngoing(claims: TokenClaims): void;
}

const ended = () => new Problem("unauthenticated", { message: "This session has ended; sign in again." });

export function createSignIn({ verify, revocations, isSessionActive, limiter, allowedOrigins }: SignInOptions): SignIn {
  async function check(token: string): Promise<TokenClaims> {
    if (token.length > 4_096) throw new Problem("unauthenticated");
    const claims = await verify(token, ["newfeed", "stream"]);
    requireOngoing(claims);
    if (claims.audience === "stream" && !(await isSessionActive(claims.sessionId))) throw ended();
    return claims;
  }

  function requireOngoing({ sessionId }: TokenClaims): void {
    if (revocations.has(sessionId)) throw ended();
  }

  function tokenOf(request: IncomingMessage): string | undefined {
    const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
    if (bearer) return bearer;
    const cookies = cookiesOf(request);
    // The stream token outlives the access token, for pages that stay open.
    const cookie = cookies.get("stream_token") ?? cookies.get("access_token");
    if (cookie && !isTrustedOrigin(request, allowedOrigins)) throw new Problem("cross_origin");
    return cookie;
  }

  return {
    check,
    requireOngoing,
    async open(request, handshakeToken) {
      const token = handshakeToken ?? tokenOf(request);
      if (!token) throw new Problem("unauthenticated");
      const claims = await check(token);
      const { allowed, resetMs } = await limiter.consume("signedIn", claims.userId);
      if (!allowed) throw new Problem("rate_limited", { retryAfter: resetMs / 1000 });
      return claims;
    },
  };
}
