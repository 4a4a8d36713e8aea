import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import type { SessionId, UserId } from "@newfeed/shared/contracts/ids.ts";

/** A sign-in that is under way at a provider. */
export interface Attempt {
  provider: string;
  state: string;
  nonce: string;
  verifier: string;
  returnTo: string;
  /** Whose account the login is to be linked with; otherwise, what the code can be exchanged with. */
  purpose: { link: { userId: UserId; sessionId: SessionId } } | { challenge: string };
}

export const attemptMinutes = 10;

/** Keeps attempts in a cookie of the browser that began them: no other can go on with one, and strangers cannot fill a table. */
export interface Attempts {
  seal(attempt: Attempt): string;
  /** Null for one that was not sealed here, was changed, or is too old. */
  open(sealed: string): Attempt | null;
}

/** AES-256-GCM with a key that is derived from the secret that access tokens are signed with. */
export function createAttempts(secret: string): Attempts {
  const key = Buffer.from(hkdfSync("sha256", secret, "", "newfeed sign-ins at providers", 32));
  return {
    seal(attempt) {
      const iv = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", key, iv);
      const text = JSON.stringify({ ...attempt, until: Date.now() + attemptMinutes * 60_000 });
      const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString("base64url");
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, "base64url");
      if (bytes.length < 29) return null;
      const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12), { authTagLength: 16 }).setAuthTag(bytes.subarray(12, 28));
      try {
        const text = Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString();
        const { until, ...attempt } = JSON.parse(text) as Attempt & { until: number };
        return until > Date.now() ? attempt : null;
      } catch {
        // Forged, cut short, or sealed with another key.
        return null;
      }
    },
  };
}
