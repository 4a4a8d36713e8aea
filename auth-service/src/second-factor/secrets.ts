import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";

/** Encrypts the secrets of second factors. */
export interface SecretBox {
  seal(accountId: string, secret: string): string;
  /** Null for one of another account, or sealed with another key. */
  open(accountId: string, sealed: string): string | null;
}

const [cipher, ivBytes, tagBytes] = ["aes-256-gcm", 12, 16] as const;

/** `key` is the secret that access tokens are signed with: what is used here is derived from it. A secret is bound to its account. */
export function createSecretBox(key: string): SecretBox {
  const boxKey = Buffer.from(hkdfSync("sha256", key, "", "newfeed second factors", 32));
  return {
    seal(accountId, secret) {
      const iv = randomBytes(ivBytes);
      const sealing = createCipheriv(cipher, boxKey, iv).setAAD(Buffer.from(accountId));
      const text = Buffer.concat([sealing.update(secret, "utf8"), sealing.final()]);
      return Buffer.concat([iv, sealing.getAuthTag(), text]).toString("base64url");
    },
    open(accountId, sealed) {
      const bytes = Buffer.from(sealed, "base64url");
      try {
        const opening = createDecipheriv(cipher, boxKey, bytes.subarray(0, ivBytes)).setAAD(Buffer.from(accountId));
        opening.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
        return Buffer.concat([opening.update(bytes.subarray(ivBytes + tagBytes)), opening.final()]).toString("utf8");
      } catch {
        // The key was changed: recovery codes go on.
        return null;
      }
    },
  };
}

const digits = "abcdefghijkmnpqrstuvwxyz23456789";
const codesAtOnce = 10;
const groups = /^[a-km-np-z2-9]{16}$/;

/** Recovery codes of 80 bits, in four groups. Without digits and letters that look alike. */
export const newRecoveryCodes = (): string[] =>
  Array.from({ length: codesAtOnce }, () => {
    const code = Array.from(randomBytes(16), (byte) => digits[byte % digits.length]).join("");
    return code.replace(/(.{4})(?!$)/g, "$1-");
  });

/** What was typed, without spaces and hyphens, in lower case. */
export const plainCode = (typed: string): string => typed.replace(/[\s-]/g, "").toLowerCase();

export const looksLikeRecoveryCode = (code: string): boolean => groups.test(code);

/** What is stored of a recovery code, or of a challenge. */
export const hashOfSecret = (secret: string): string => createHash("sha256").update(secret).digest("hex");
