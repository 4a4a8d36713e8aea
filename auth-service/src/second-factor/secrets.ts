import { createHash, randomBytes } from "node:crypto";
import { createSecretBox as createBox, type SecretBox } from "@newfeed/shared/ports/secret-box.ts";

export type { SecretBox };

/** Encrypts the secrets of second factors, each bound to its account. `key` is the secret that access tokens are signed with. */
export const createSecretBox = (key: string): SecretBox => createBox(key, "newfeed second factors");

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
