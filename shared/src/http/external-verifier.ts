import { errors, jwtVerify } from "jose";
import * as z from "zod";
import { Problem } from "../contracts/errors.ts";
import type { IdentityIssuer } from "../ports/tokens.ts";
import { createRemoteKeys, type FetchKeys } from "./remote-keys.ts";

/** An issuer, as its tokens name it, and what they are issued for. */
export type ExternalIssuer = Pick<IdentityIssuer, "issuer" | "audience">;

/** What a verified token of an issuer elsewhere says. */
export interface ExternalClaims {
  issuer: string;
  subject: string;
  /** Of the session there, where the issuer names it. */
  sid: string | null;
  issuedAt: Date;
  /** When the user last signed in there, where the issuer says it. */
  provedAt: Date | null;
  expiresAt: Date;
  /** Null unless it is verified there. */
  email: string | null;
  username: string | null;
  fullName: string | null;
}

/** Signed with a private key: a secret that both sides know (HMAC), or none, is no proof of who issued a token. (RFC 8725, section 3.1.) */
const algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"];
/** Clocks differ by some seconds. */
const clockToleranceSeconds = 5;

/** What is stored must be text. */
const plain = /^[^\p{Cc}\p{Cs}]{1,255}$/u;
const Payload = z.object({
  sub: z.string().regex(plain),
  sid: z.string().min(1).max(255).optional(),
  iat: z.number().positive(),
  exp: z.number(),
  auth_time: z.number().positive().optional().catch(undefined),
  /** Of Clerk: whole minutes since the first factor and the second were verified, -1 for never. */
  fva: z.array(z.number()).optional().catch(undefined),
  email: z.unknown().optional(),
  email_verified: z.unknown().optional(),
  preferred_username: z.unknown().optional(),
  username: z.unknown().optional(),
  name: z.unknown().optional(),
});

const text = (value: unknown): string | null => (typeof value === "string" && plain.test(value) ? value : null);
const timeOf = (seconds: number) => new Date(seconds * 1000);

/** When the user last signed in: of the standard claim (RFC 9470), or at the latest by Clerk's own. */
function proofOf({ iat, auth_time: authTime, fva: [minutes = -1] = [] }: z.output<typeof Payload>): Date | null {
  if (authTime !== undefined) return timeOf(authTime);
  return minutes < 0 ? null : timeOf(iat - (minutes + 1) * 60);
}

/**
 * Verifies a token of an issuer elsewhere: signature, algorithm, issuer, audience, times. Throws `unauthenticated`,
 * `token_expired`, and `provider_unavailable` when its key cannot be had.
 */
export function createExternalVerifier({ issuer, audience }: ExternalIssuer, fetchKeys: FetchKeys): (token: string) => Promise<ExternalClaims> {
  const keys = createRemoteKeys(fetchKeys);
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keys, { issuer, audience, algorithms, clockTolerance: clockToleranceSeconds });
      const claims = Payload.parse(payload);
      const { sub, sid, iat, exp, email, email_verified: isVerified, ...names } = claims;
      return {
        issuer,
        subject: sub,
        sid: sid ?? null,
        issuedAt: timeOf(iat),
        provedAt: proofOf(claims),
        expiresAt: timeOf(exp + clockToleranceSeconds),
        email: isVerified === true ? text(email) : null,
        username: text(names.preferred_username) ?? text(names.username),
        fullName: text(names.name),
      };
    } catch (cause) {
      if (cause instanceof Problem) throw cause;
      throw new Problem(cause instanceof errors.JWTExpired ? "token_expired" : "unauthenticated", { internal: "a token from elsewhere was refused", cause });
    }
  };
}

/** The issuer that a token names. Nothing is verified by it: it says who is to verify the token. */
export function issuerOf(token: string): unknown {
  try {
    return (JSON.parse(Buffer.from(token.split(".", 2)[1] ?? "", "base64url").toString()) as { iss?: unknown } | null)?.iss;
  } catch {
    return undefined;
  }
}
