import type { Job } from "@newfeed/shared/jobs/job.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import type { Limiter } from "@newfeed/shared/ports/limiter.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import { layOut, type Site } from "@newfeed/shared/ports/mail-layout.ts";
import { type Mailer, MailRefused } from "@newfeed/shared/ports/mailer.ts";
import type { MailMetrics, MailOutcome } from "@newfeed/shared/ports/metrics.ts";
import { hashOfToken, type LinkKind, type LinkTokens, pageOfLink } from "./links.ts";
import {
  accountsOf,
  addLink,
  addMail,
  findMail,
  lockMail,
  type NewMail,
  readdressMail,
  removeMail,
  sendMail,
  takeAddress,
  verifiedOwner,
  type WrittenMail,
} from "./store.ts";
import { type MailKind, mailTexts } from "./texts.ts";
import { writeMail } from "./write.ts";

export interface MailJobsOptions {
  mailer: Pick<Mailer, "send">;
  limiter: Pick<Limiter, "consume">;
  tokens: LinkTokens;
  site: Site;
  logger: Pick<Logger, "warn">;
  metrics: MailMetrics;
}

const isLink = (kind: MailKind): kind is LinkKind => pageOfLink[kind] !== undefined;

/** The position of a mail whose link may be followed: what is left is to send it. */
const prepared = "prepared";

/**
 * Sends mails, each in two transactions: the first decides whether and what is sent, and adds its link; the second sends it
 * and removes it. It is a row of the transaction that caused it: none is lost, and none is sent of what was rolled back. After
 * a crash between sending and the commit it is sent again, as the same mail with the same link. What the server may take later
 * is tried again until it expires.
 */
export function mailJobs({ mailer, limiter, tokens, site, logger, metrics }: MailJobsOptions): Job[] {
  /** Of a login that was typed by a user who forgot the password: a mail to each account that it may mean. */
  async function lookUp(query: Query, { recipient, language }: WrittenMail): Promise<void> {
    const operations = { addMail: (mail: NewMail) => addMail(query, mail) };
    for (const { id, email } of await accountsOf(query, recipient))
      await writeMail(operations, { kind: "reset_password", accountId: id, recipient: email, language });
  }

  /** Whether there are points left for mails that anyone can have sent: of the recipient's, and of the account's. */
  async function mayBeSent(recipient: string, accountId: string): Promise<boolean> {
    const keys = [`address:${recipient.toLowerCase()}`, `account:${accountId}`];
    const states = await Promise.all(keys.map((key) => limiter.consume("mailRecipient", key)));
    return states.every(({ allowed }) => allowed);
  }

  /** Undefined when the mail is to be sent, else why not. The owner of an address that is entered for other accounts gets no mails about these, but one that says so. */
  async function prepare(query: Query, id: string, { kind, accountId, recipient, expiresAt, isCurrent }: WrittenMail): Promise<MailOutcome | undefined> {
    if (!isCurrent) return "expired";
    const owner = await verifiedOwner(query, recipient);
    const isOthers = owner !== null && owner.id !== accountId;
    // Of these accounts nothing is left.
    if (kind === "account_refused" || kind === "account_deleted") return isOthers ? "superfluous" : undefined;
    if (accountId === null || (isOthers && kind !== "verify_address" && kind !== "confirm_new_address")) return "superfluous";
    if (isLink(kind) && !(await mayBeSent(recipient, isOthers ? owner.id : accountId))) return "limited";
    if (isOthers) await readdressMail(query, id, owner.id, "address_in_use");
    else if (isLink(kind)) await addLink(query, { hash: hashOfToken(tokens.tokenOf(id)), accountId, kind, address: recipient, expiresAt });
    return undefined;
  }

  function contentOf(id: string, { kind, language, username, address }: WrittenMail) {
    const page = pageOfLink[kind];
    // Behind a `#` no server and no log gets to see the token.
    const link = page ? `${site.url}${page}#token=${tokens.tokenOf(id)}` : site.url;
    return layOut(site, language, mailTexts[language][kind]({ site: site.name, siteUrl: site.url, username: username ?? "", address, link }));
  }

  /** Gives what became of the mail for good. Throws what makes sense to try again. */
  async function deliver(id: string, mail: WrittenMail): Promise<MailOutcome> {
    if (!mail.isCurrent) return "expired";
    try {
      await mailer.send({ id, to: mail.recipient, language: mail.language, ...contentOf(id, mail) });
      return "sent";
    } catch (error) {
      if (!(error instanceof MailRefused)) {
        metrics.handled(mail.kind, "delayed");
        throw error;
      }
      logger.warn("a mail was refused and is not sent", { error, mail: id, kind: mail.kind });
      return "refused";
    }
  }

  /** The second transaction does not hold the mail, so that a slow server does not hold up a deletion. */
  async function step(query: Query, id: string, after: string | null): Promise<boolean> {
    const mail = await (after === prepared ? findMail : lockMail)(query, id);
    if (!mail) return false;
    if (mail.kind === "reset_password" && mail.accountId === null) await lookUp(query, mail);
    else {
      const outcome = await (after === prepared ? deliver(id, mail) : prepare(query, id, mail));
      if (outcome === undefined) return true;
      metrics.handled(mail.kind, outcome);
    }
    await removeMail(query, id);
    return false;
  }

  return [
    {
      name: sendMail,
      batch: async (id, after, _limit, { query }) => ({ rows: 1, next: (await step(query, id, after)) ? prepared : null }),
    },
    takeAddress,
  ];
}
