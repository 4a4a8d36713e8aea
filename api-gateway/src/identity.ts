import type { IncomingMessage } from "node:http";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { type AddressOf, presenterOf } from "@newfeed/shared/http/address.ts";
import type { Verifiers } from "@newfeed/shared/http/bearer-tokens.ts";
import { sessionCookieOf } from "@newfeed/shared/http/cookies.ts";
import { isTrustedOrigin, type TrustedOrigins } from "@newfeed/shared/http/origin.ts";
import type { Revocations } from "@newfeed/shared/http/revocations.ts";
import type { Viewer } from "@newfeed/shared/ports/call.ts";
import type { TokenClaims } from "@newfeed/shared/ports/tokens.ts";

export interface IdentityOptions extends Verifiers {
  addressOf: AddressOf;
  revocations: Pick<Revocations, "has">;
  origins: TrustedOrigins;
}

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/** The user of a request; null for a visitor. */
export type Identify = (request: IncomingMessage) => Promise<Viewer | null>;

/**
 * An invalid Bearer token is an error; an invalid cookie makes a visitor (a browser sends it by itself). Writes that may
 * carry cookies must come from a trusted origin.
 */
export function createIdentify({ verifyBearer, verifyCookie, addressOf, revocations, origins }: IdentityOptions): Identify {
  /** Asked for after the claims: what they say may be older. */
  function viewerOf({ userId, sessionId, roles, unverified, scopes }: TokenClaims): Viewer {
    if (revocations.has(sessionId)) throw new Problem("unauthenticated", { message: "This session has ended; sign in again." });
    return { userId, sessionId, roles, ...(unverified && { unverified }), ...(scopes && { scopes }) };
  }

  return async (request) => {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const token = /^Bearer ([\w.-]{1,4096})$/i.exec(authorization)?.[1];
      if (!token) throw new Problem("unauthenticated", { message: "Authorization must be a Bearer token." });
      return viewerOf(await verifyBearer(token, ["newfeed"], () => presenterOf(request, addressOf)));
    }
    if (!safeMethods.has(request.method ?? "") && !isTrustedOrigin(request, origins)) throw new Problem("cross_origin");
    const cookie = sessionCookieOf(request, "access_token");
    if (!cookie) return null;
    try {
      return viewerOf(await verifyCookie(cookie, ["newfeed"]));
    } catch (error) {
      if (error instanceof Problem && error.status === 401) return null;
      throw error;
    }
  };
}
