import nodemailer from "nodemailer";
import { type Mail, MailDelayed, type Mailer, MailRefused } from "../ports/mailer.ts";

/** Each is below what a transaction may wait for. */
const timeoutsMs = { connectionTimeout: 3_000, greetingTimeout: 3_000, socketTimeout: 5_000, dnsTimeout: 3_000 };
const sendWithinMs = 7_500;

const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** The part of a sender's address behind the `@`, which Message-IDs end in. */
const domainOf = (from: string) => /@([^\s<>@]+)>?$/.exec(from)?.[1] ?? "localhost";

/** A mail program shows a button of its own (RFC 2369 and 8058). */
const unsubscribing = (url: string) => ({
  "List-Unsubscribe": { prepared: true, foldLines: false, value: `<${url}>` },
  "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
});

const messageOf = (mail: Mail, from: string) => ({
  from,
  to: { name: "", address: mail.to },
  subject: mail.subject,
  text: mail.text,
  html: mail.html,
  messageId: `<${mail.id}@${domainOf(from)}>`,
  // Out-of-office replies and the like are not wanted (RFC 3834).
  headers: { "Auto-Submitted": "auto-generated", "Content-Language": mail.language, ...(mail.unsubscribeUrl && unsubscribing(mail.unsubscribeUrl)) },
  disableFileAccess: true,
  disableUrlAccess: true,
});

/** A mail as it goes over the wire (RFC 5322). */
export async function composeMessage(mail: Mail, from: string): Promise<Buffer> {
  const { message } = await nodemailer.createTransport({ streamTransport: true, buffer: true, newline: "windows" }).sendMail(messageOf(mail, from));
  return message as Buffer;
}

/** Options of nodemailer as parameters of the URL; those that it already has win. */
function withDefaults(smtpUrl: string): string {
  const url = new URL(smtpUrl);
  const options: Record<string, string | number | boolean> = { pool: true, maxConnections: 4, ...timeoutsMs };
  // Mails carry links that sign in: they do not leave this machine unencrypted, unless the URL says so.
  if (url.protocol === "smtp:" && !loopback.test(url.hostname) && !url.searchParams.has("ignoreTLS")) options["requireTLS"] = true;
  for (const [name, value] of Object.entries(options)) if (!url.searchParams.has(name)) url.searchParams.set(name, String(value));
  return url.href;
}

/** What nodemailer throws: its own code, and the server's where it answered. */
interface Failure {
  code?: string;
  responseCode?: number;
}

/** A 5xx about this recipient or message is final (RFC 5321, section 4.2.1); one about the connection or the credentials is the operator's to mend. */
function failureOf(error: unknown): Error {
  const { code = "unknown", responseCode }: Failure = error instanceof Error ? (error as Failure) : {};
  const final = (code === "EENVELOPE" || code === "EMESSAGE") && responseCode !== undefined && responseCode >= 500;
  const reason = responseCode === undefined ? code : `${code}, ${responseCode}`;
  // Its own message may repeat the recipient's address, and its cause the message.
  return final ? new MailRefused(`the mail server refused a mail (${reason})`) : new MailDelayed(`a mail could not be handed over (${reason})`);
}

/** Sends over SMTP. `url` may carry options of nodemailer as parameters: `smtp://mail:25?ignoreTLS=true`. */
export function createSmtpMailer(url: string, from: string): Mailer {
  const transport = nodemailer.createTransport(withDefaults(url));
  return {
    description: `SMTP at ${new URL(url).host}`,
    reachesMailboxes: true,
    async send(mail) {
      const { promise: late, reject } = Promise.withResolvers<never>();
      const timer = setTimeout(() => reject(new MailDelayed("the mail server took too long")), sendWithinMs);
      const sent = transport.sendMail(messageOf(mail, from)).catch((error: unknown) => {
        throw failureOf(error);
      });
      // Of one that ends after its time nobody waits for the outcome.
      sent.catch(() => {});
      try {
        await Promise.race([sent, late]);
      } finally {
        clearTimeout(timer);
      }
    },
    async close() {
      transport.close();
    },
  };
}
