import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";
import type { SessionId } from "@newfeed/shared/contracts/ids.ts";

/** Opaque refresh tokens, which say by themselves that they were issued here: used ones need not be stored to be recognised. */
export interface RefreshTokens {
  /** A new token of a session. */
  create(sessionId: SessionId): string;
  /** The session that a token names, without a proof; null for what has not the form of a token. */
  sessionOf(token: string): SessionId | null;
  /** Whether a token was created here. False for those of before tokens said it, and of before a rotation of the key. */
  isOwn(token: string): boolean;
}

const form = /^[0-9a-f-]{36}\.[\w-]{43}$/;
const [secretBytes, tagBytes] = [16, 16];

/** `key` is the secret that access tokens are signed with: what is used here is derived from it. */
export function createRefreshTokens(key: string): RefreshTokens {
  const macKey = Buffer.from(hkdfSync("sha256", key, "", "newfeed refresh tokens", 32));
  const tagOf = (sessionId: string, secret: Buffer) => createHmac("sha256", macKey).update(sessionId).update(secret).digest().subarray(0, tagBytes);
  const split = (token: string) => ({ sessionId: token.slice(0, 36) as SessionId, secret: Buffer.from(token.slice(37), "base64url") });
  return {
    create(sessionId) {
      const secret = randomBytes(secretBytes);
      return `${sessionId}.${Buffer.concat([secret, tagOf(sessionId, secret)]).toString("base64url")}`;
    },
    sessionOf: (token) => (form.test(token) ? split(token).sessionId : null),
    isOwn(token) {
      if (!form.test(token)) return false;
      const { sessionId, secret } = split(token);
      return timingSafeEqual(secret.subarray(secretBytes), tagOf(sessionId, secret.subarray(0, secretBytes)));
    },
  };
}
