import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

/** Encrypts secrets that are kept in a database: those who read it, or a backup, have none of them. */
export interface SecretBox {
  /** `owner` is an id that the secret is bound to. */
  seal(owner: string, secret: string): string;
  /** Null for one of another owner, or sealed with another key. */
  open(owner: string, sealed: string): string | null;
}

const [cipher, ivBytes, tagBytes] = ["aes-256-gcm", 12, 16] as const;

/** What is used here is derived from `key`, for this purpose alone. */
export function createSecretBox(key: string, purpose: string): SecretBox {
  const boxKey = Buffer.from(hkdfSync("sha256", key, "", purpose, 32));
  return {
    seal(owner, secret) {
      const iv = randomBytes(ivBytes);
      const sealing = createCipheriv(cipher, boxKey, iv).setAAD(Buffer.from(owner));
      const text = Buffer.concat([sealing.update(secret, "utf8"), sealing.final()]);
      return Buffer.concat([iv, sealing.getAuthTag(), text]).toString("base64url");
    },
    open(owner, sealed) {
      const bytes = Buffer.from(sealed, "base64url");
      try {
        const opening = createDecipheriv(cipher, boxKey, bytes.subarray(0, ivBytes)).setAAD(Buffer.from(owner));
        opening.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
        return Buffer.concat([opening.update(bytes.subarray(ivBytes + tagBytes)), opening.final()]).toString("utf8");
      } catch {
        // The key was changed.
        return null;
      }
    },
  };
}
