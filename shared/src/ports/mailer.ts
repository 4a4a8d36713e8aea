/** A mail to one recipient. */
export interface Mail {
  /** A UUID. A mail that is sent again has the same one: it is the left part of its Message-ID. */
  id: string;
  /** An e-mail address, without a name. */
  to: string;
  /** BCP 47, of all its texts. */
  language: string;
  subject: string;
  text: string;
  html: string;
  /** One POST to it ends mails like this one (RFC 8058). */
  unsubscribeUrl?: string;
}

/** The mail server will never take this mail: its recipient or its content is refused. */
export class MailRefused extends Error {}

/** The mail could not be handed over; later it may be. */
export class MailDelayed extends Error {}

/** Hands mails over to a mail server, or to whatever stands in for one. */
export interface Mailer {
  /** Where mails go, for operators. */
  readonly description: string;
  /** Whether mails reach mailboxes; false where only the operator can read them. */
  readonly reachesMailboxes: boolean;
  /**
   * Resolves once the mail is in the hands of the server: from then on a crash does not lose it. Sent twice, it may arrive
   * twice. Throws `MailRefused` and `MailDelayed`, within eight seconds; neither says anything of recipient or content.
   */
  send(mail: Mail): Promise<void>;
  close(): Promise<void>;
}
