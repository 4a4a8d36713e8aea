import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { asUserId, type UserId } from "@newfeed/shared/contracts/ids.ts";

/** What a link ends: mails of one type to a user, or of any (null). */
export interface Unsubscribing {
  userId: UserId;
  type: string | null;
}

/** What links in mails, and addresses, are made of and known by. `key` is delivery-service's own secret. */
export function createMailTokens(key: string) {
  const derived = (purpose: string) => Buffer.from(hkdfSync("sha256", key, "", purpose, 32));
  const [linkKey, addressKey] = [derived("newfeed unsubscribing"), derived("newfeed mail addresses")];
  const macOf = (text: string) => createHmac("sha256", linkKey).update(text).digest();
  return {
    /** It holds for as long as the key: who finds an old mail can be rid of new ones. */
    tokenOf({ userId, type }: Unsubscribing): string {
      const text = `${userId}:${type ?? ""}`;
      return `${Buffer.from(text).toString("base64url")}.${macOf(text).toString("base64url")}`;
    },
    /** Null for a token that is none. */
    read(token: string): Unsubscribing | null {
      const [, encoded = "", mac = ""] = /^([\w-]+)\.([\w-]{43})$/.exec(token) ?? [];
      const text = Buffer.from(encoded, "base64url").toString();
      const given = Buffer.from(mac, "base64url");
      const expected = macOf(text);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
      const [userId = "", type = ""] = text.split(":");
      return { userId: asUserId(userId), type: type || null };
    },
    /** An address as it is kept here: who reads the database learns none. */
    hashOf: (address: string): string => createHmac("sha256", addressKey).update(address.trim().toLowerCase()).digest("base64url"),
  };
}
export type MailTokens = ReturnType<typeof createMailTokens>;
