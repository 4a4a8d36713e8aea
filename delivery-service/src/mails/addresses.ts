import { createHash, timingSafeEqual } from "node:crypto";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Bounce, MailAddress, MailProvider } from "@newfeed/shared/contracts/routes/mails.ts";
import type { MailStore } from "./mail-store.ts";
import { readReport } from "./reports.ts";
import type { Mailbox } from "./sender.ts";
import type { MailTokens } from "./tokens.ts";

export interface MailOptions {
  store: MailStore;
  tokens: MailTokens;
  mailboxOf: (userId: UserId) => Promise<Mailbox | undefined>;
  /** Ends mails of a type to a user; null for any. */
  endMails: (userId: UserId, type: string | null) => Promise<void>;
  /** Of the mail server's provider; null where there is none. */
  bounceSecret: string | null;
  /** Calls the address by which a provider learns that its reports are wanted. Throws `bad_gateway`. */
  confirmReports: (url: string) => Promise<void>;
  /** Of the web client, with the token behind it. */
  unsubscribePage: string;
}

/** Whether mails of notifications reach a user. */
export async function mailAddress({ store, tokens, mailboxOf }: MailOptions, userId: UserId): Promise<MailAddress> {
  const [mailbox, recipient] = await Promise.all([mailboxOf(userId), store.recipient(userId)]);
  if (!mailbox) return { state: "none", since: null };
  if (!mailbox.verified) return { state: "unverified", since: null };
  const isRefused = recipient !== undefined && recipient.mailRefusal !== null && recipient.mailAddress === tokens.hashOf(mailbox.address);
  return isRefused ? { state: recipient.mailRefusal ?? "bounced", since: recipient.mailRefusedAt?.toISOString() ?? null } : { state: "ready", since: null };
}

/** Has mails be sent again to where they came back from. */
export async function retryMailAddress(options: MailOptions, userId: UserId): Promise<MailAddress> {
  await options.store.forgetRefusal(userId);
  return mailAddress(options, userId);
}

/** Throws `link_invalid`. */
export async function unsubscribe({ tokens, endMails }: MailOptions, token: string): Promise<{ type: string | null }> {
  const read = tokens.read(token);
  if (!read) throw new Problem("link_invalid");
  await endMails(read.userId, read.type);
  return { type: read.type };
}

const digest = (text: string) => createHash("sha256").update(text).digest();

/** Throws `not_found` where there is no provider, `forbidden` for whom it is not. */
function requireProvider({ bounceSecret }: MailOptions, secret: string): void {
  if (bounceSecret === null) throw new Problem("not_found");
  if (!timingSafeEqual(digest(secret), digest(bounceSecret))) throw new Problem("forbidden");
}

/** Notes what a provider reports in its own words. Throws what `noteBounces` does, ZodError, and `bad_gateway` when its reports could not be confirmed. */
export async function noteReports(options: MailOptions, secret: string, provider: MailProvider, body: unknown): Promise<void> {
  requireProvider(options, secret);
  const { bounces, confirm } = readReport(provider, body);
  if (confirm !== undefined) await options.confirmReports(confirm);
  await noteBounces(options, secret, bounces);
}

/** Notes addresses from which mails came back; of those that no mail has gone to, nothing. Throws `not_found`, `forbidden`. */
export async function noteBounces(options: MailOptions, secret: string, bounces: readonly Bounce[]): Promise<void> {
  requireProvider(options, secret);
  const { store, tokens } = options;
  for (const kind of ["bounced", "complained"] as const) {
    const addresses = bounces.filter((bounce) => bounce.kind === kind).map(({ address }) => tokens.hashOf(address));
    if (addresses.length > 0) await store.noteRefusals(addresses, kind);
  }
}
