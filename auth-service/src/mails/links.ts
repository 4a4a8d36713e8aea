import { createHash, createHmac, hkdfSync } from "node:crypto";
import type { MailKind } from "./texts.ts";

/** The mails with a link: following it does what the mail is about. */
export type LinkKind = Extract<MailKind, "reset_password" | "verify_address" | "confirm_new_address">;

/** The pages that links lead to. */
export const pageOfLink: Partial<Record<MailKind, string>> = {
  reset_password: "/reset-password",
  verify_address: "/verify-email",
  confirm_new_address: "/verify-email",
} satisfies Record<LinkKind, string>;

/** Minutes that a link is valid for. */
export const linkMinutes = 30;

/** The tokens of links in mails. */
export interface LinkTokens {
  /** The token of a mail's link: the same one for each try to send the mail, so that it need not be stored. */
  tokenOf(mailId: string): string;
}

/**
 * A token is a MAC of its mail's id (256 bits, RFC 2104): those who read the database, or a backup, cannot make one. `key`
 * is the secret that access tokens are signed with: what is used here is derived from it.
 */
export function createLinkTokens(key: string): LinkTokens {
  const macKey = Buffer.from(hkdfSync("sha256", key, "", "newfeed links in mails", 32));
  return { tokenOf: (mailId) => createHmac("sha256", macKey).update(mailId).digest("base64url") };
}

/** What is stored of a token. */
export const hashOfToken = (token: string): string => createHash("sha256").update(token).digest("hex");
