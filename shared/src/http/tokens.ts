import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { calculateJwkThumbprint, createLocalJWKSet, errors, exportJWK, type JSONWebKeySet, jwtVerify, SignJWT } from "jose";
import * as z from "zod";
import { Problem } from "../contracts/errors.ts";
import { SessionId, UserId } from "../contracts/ids.ts";
import type { SignToken, TokenVerifier } from "../ports/tokens.ts";

const issuer = "newfeed";
const algorithm = "EdDSA";
const Payload = z.object({
  sub: UserId,
  sid: SessionId,
  username: z.string(),
  roles: z.array(z.string()),
  unverified: z.boolean().optional(),
  exp: z.number(),
  aud: z.enum(["newfeed", "stream"]),
});

export interface TokenSigner {
  sign: SignToken;
  /** RFC 7517: the public half. */
  keySet: JSONWebKeySet;
}

/** Signs with an Ed25519 key (PKCS #8 PEM); `kid` is the key's thumbprint (RFC 7638). */
export async function createTokenSigner(pem: string): Promise<TokenSigner> {
  const privateKey: KeyObject = createPrivateKey(pem);
  const publicJwk = await exportJWK(createPublicKey(privateKey));
  const kid = await calculateJwkThumbprint(publicJwk);
  return {
    keySet: { keys: [{ ...publicJwk, kid, alg: algorithm, use: "sig" }] },
    sign: (audience, claims, expiresAt) =>
      new SignJWT({ sid: claims.sessionId, username: claims.username, roles: claims.roles, ...(claims.unverified && { unverified: true }) })
        .setProtectedHeader({ alg: algorithm, kid })
        .setSubject(claims.userId)
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime(expiresAt)
        .sign(privateKey),
  };
}

/** Checks tokens against a key set: signature, algorithm (only ours), issuer, audience, expiry. */
export function createTokenVerifier(keySet: JSONWebKeySet): TokenVerifier {
  const keys = createLocalJWKSet(keySet);
  return async (token, audiences) => {
    try {
      const { payload } = await jwtVerify(token, keys, { issuer, audience: [...audiences], algorithms: [algorithm] });
      const { sub, sid, username, roles, unverified, exp, aud } = Payload.parse(payload);
      return { userId: sub, sessionId: sid, username, roles, unverified, expiresAt: new Date(exp * 1000), audience: aud };
    } catch (cause) {
      throw new Problem(cause instanceof errors.JWTExpired ? "token_expired" : "unauthenticated", { internal: "a token was refused", cause });
    }
  };
}
