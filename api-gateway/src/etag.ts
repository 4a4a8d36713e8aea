import { createHash } from "node:crypto";

/** A weak entity tag of a text (RFC 9110, section 8.8.3): compressed or not, it is the same. */
export const etagOf = (text: string): string => `W/"${createHash("sha256").update(text).digest("base64url").slice(0, 27)}"`;
