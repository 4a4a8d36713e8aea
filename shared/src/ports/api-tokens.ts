import { createHash, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";

/** By which secret scanners, and we, recognise a token. */
const prefix = "nf_";
const form = /^nf_[0-9a-f]{56}$/;
const secretBytes = 24;

const checksumOf = (secret: string) => crc32(secret).toString(16).padStart(8, "0");

/** A new API token: `nf_`, 192 random bits and their CRC-32, in hexadecimal digits. */
export function newApiToken(): string {
  const secret = randomBytes(secretBytes).toString("hex");
  return `${prefix}${secret}${checksumOf(secret)}`;
}

/** Whether a text claims to be an API token. */
export const looksLikeApiToken = (text: string): boolean => text.startsWith(prefix);

/** Whether a text may be an API token: one that was cut, or mistyped, is none. */
export const isApiToken = (text: string): boolean => form.test(text) && checksumOf(text.slice(prefix.length, -8)) === text.slice(-8);

/** What is stored of a token, and sent between services. */
export const hashOfApiToken = (token: string): string => createHash("sha256").update(token).digest("hex");
