import type { NotificationId, UserId } from "@newfeed/shared/contracts/ids.ts";
import { type Language, languageOf } from "@newfeed/shared/contracts/languages.ts";
import { pages } from "@newfeed/shared/contracts/pages.ts";
import type { Failpoint } from "@newfeed/shared/ports/failpoint.ts";
import type { Limiter } from "@newfeed/shared/ports/limiter.ts";
import { layOut, type Site } from "@newfeed/shared/ports/mail-layout.ts";
import { type Mailer, MailRefused } from "@newfeed/shared/ports/mailer.ts";
import type { DeliveryMetrics, DeliveryOutcome } from "@newfeed/shared/ports/metrics.ts";
import { type Sending, startSending } from "../sending.ts";
import { type DueMail, itemsAtMost, type MailEnd, type MailStore } from "./mail-store.ts";
import { type Told, textOfDigest, textOfOne } from "./texts.ts";
import type { MailTokens } from "./tokens.ts";
import { attemptsAtMost, retryAt } from "./when.ts";

/** Of one instance: fewer than the mail server is given connections, so that mails of accounts have one when it hangs. */
const atOnce = 3;

export interface Mailbox {
  address: string;
  verified: boolean;
  /** As its user prefers. */
  language: string | null;
}

export interface MailSenderOptions {
  store: MailStore;
  tokens: MailTokens;
  mailer: Pick<Mailer, "send">;
  limiter: Pick<Limiter, "consume">;
  site: Site;
  /** Undefined for an account that is gone or suspended, or has no address. */
  mailboxOf: (userId: UserId) => Promise<Mailbox | undefined>;
  /** Which of these types a user takes by mail now, and when the quiet hours end that it is. */
  wishesOf: (userId: UserId, types: readonly string[]) => Promise<{ wanted: readonly string[]; notBefore: string | null }>;
  metrics: DeliveryMetrics;
  failpoint: Failpoint;
  failed: (error: unknown) => void;
  /** The mail server will never take it. */
  refused: (error: unknown) => void;
}

type Content = DueMail["contents"][number];
type Ends = Map<NotificationId, MailEnd>;

const withheld: ReadonlySet<MailEnd> = new Set(["read", "type_off"]);
const outcomeOf = (end: MailEnd): DeliveryOutcome => (end === "sent" ? "delivered" : withheld.has(end) ? "withheld" : "failed");

/**
 * Sends mails of notifications: at least once each, and again only when the mail server did not take it, or nobody knows whether it did:
 * then as the same mail, with the same Message-ID. Where a mail goes, and whether it is still wanted, is asked when it is sent.
 */
export function startMailSender(options: MailSenderOptions): Sending {
  const { store, tokens, mailer, limiter, site, mailboxOf, wishesOf, metrics, failpoint, failed, refused } = options;

  function write({ id, ownerId, digest, items }: DueMail, contents: readonly Content[], { address, language: preferred }: Mailbox) {
    const language: Language = languageOf(preferred ?? undefined);
    const told = contents.map(({ type, body }): Told => ({ type, ...(JSON.parse(body) as Omit<Told, "type">) })).toReversed();
    const [first] = told;
    const token = tokens.tokenOf({ userId: ownerId, type: digest || !first ? null : first.type });
    // Behind a `#` no server and no log gets to see it.
    const endUrl = `${site.url}${pages.unsubscribe}#token=${token}`;
    const text = digest || !first ? textOfDigest(language, site, told, items > itemsAtMost, endUrl) : textOfOne(language, site, first, endUrl);
    return { id, to: address, language, ...layOut(site, language, text), unsubscribeUrl: `${site.url}/api/v1/mails/unsubscribe?token=${token}` };
  }

  /** Decides what is sent, and where; undefined when nothing is, or not now: that is noted then. */
  async function prepare(mail: DueMail, ends: Ends): Promise<{ contents: Content[]; mailbox: Mailbox } | undefined> {
    const { ownerId, digest, recipient, contents: all } = mail;
    const { readUntil = null } = recipient ?? {};
    const end = (contents: readonly Content[], why: MailEnd) => {
      for (const { notificationId } of contents) ends.set(notificationId, why);
    };
    const unread = all.filter(({ notifiedAt }) => readUntil === null || notifiedAt > readUntil);
    end(
      all.filter((content) => !unread.includes(content)),
      "read",
    );
    if (unread.length === 0) return undefined;
    const { wanted, notBefore } = await wishesOf(ownerId, [...new Set(unread.map(({ type }) => type))]);
    const contents = unread.filter(({ type }) => wanted.includes(type));
    end(
      unread.filter((content) => !contents.includes(content)),
      "type_off",
    );
    if (contents.length === 0) return undefined;
    if (notBefore !== null && !digest) throw new Later(new Date(notBefore));
    const mailbox = await mailboxOf(ownerId);
    const address = mailbox && tokens.hashOf(mailbox.address);
    const isKnown = address !== undefined && recipient?.mailAddress === address;
    const refusal = isKnown ? (recipient?.mailRefusal ?? null) : null;
    if (!mailbox?.verified || refusal !== null) {
      end(contents, mailbox ? (mailbox.verified ? (refusal ?? "refused") : "unverified") : "no_address");
      return undefined;
    }
    if (!isKnown && address !== undefined) await store.noteAddress(ownerId, address);
    if (!digest) {
      const { allowed, resetMs } = await limiter.consume("notificationMail", ownerId);
      if (!allowed) throw new Together(new Date(Date.now() + resetMs));
    }
    return { contents, mailbox };
  }

  async function finish(mail: DueMail, ends: Ends): Promise<void> {
    await store.end(mail, ends);
    for (const outcome of new Set(Array.from(ends.values(), outcomeOf))) metrics.handled("mail", outcome);
  }

  async function send(mail: DueMail): Promise<void> {
    const ends: Ends = new Map();
    const prepared = await prepare(mail, ends);
    if (!prepared) return finish(mail, ends);
    if (mail.unanswered) metrics.handled("mail", "repeated");
    await failpoint("delivery.before_call");
    const end = await mailer.send(write(mail, prepared.contents, prepared.mailbox)).then(
      (): MailEnd => "sent",
      (error: unknown): MailEnd => {
        if (!(error instanceof MailRefused)) throw error;
        refused(error);
        return "refused";
      },
    );
    await failpoint("delivery.before_end");
    for (const { notificationId } of prepared.contents) ends.set(notificationId, end);
    await finish(mail, ends);
  }

  /** What cannot be asked now, or sent, waits, but not for ever. */
  async function deliver(mail: DueMail, closing: AbortSignal): Promise<void> {
    try {
      await send(mail);
    } catch (error) {
      if (error instanceof Later) return store.putBack(mail, error.at);
      if (error instanceof Together) return store.joinDigest(mail, error.at);
      if (closing.aborted) return;
      failed(error);
      if (mail.attempts >= attemptsAtMost) return finish(mail, new Map(mail.contents.map(({ notificationId }) => [notificationId, "expired"])));
      metrics.handled("mail", "delayed");
      await store.putBack(mail, retryAt(Date.now(), mail.attempts));
    }
  }

  return startSending({ name: "mails", atOnce, take: (free) => store.take(free), deliver, failed });
}

/** It is not to be sent before. */
class Later extends Error {
  readonly at: Date;
  constructor(at: Date) {
    super("quiet hours");
    this.at = at;
  }
}

/** Its recipient has got many: it is sent with what else comes until then. */
class Together extends Later {}
