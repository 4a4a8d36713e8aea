import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import { type Language, languageOf } from "@newfeed/shared/contracts/languages.ts";
import { v7 as uuidv7 } from "uuid";
import type { Account, Operations } from "../store.ts";
import { linkMinutes, pageOfLink } from "./links.ts";
import type { MailKind } from "./texts.ts";

/** Where the owner of a deleted account hears of its end. */
export interface Farewell {
  address: string;
  username: string;
  language: string;
}

/** For how long it is tried to send a mail without a link. */
const noticeHours = 24;

export interface MailToWrite {
  kind: MailKind;
  /** Null for a request to reset a password, whose job looks up whose login the recipient is, and for an account that is gone. */
  accountId: UserId | null;
  recipient: string;
  language: Language;
  /** The address that the mail is about; the recipient's by default. */
  address?: string;
}

/** Writes a mail in the caller's transaction; it is sent once that is committed. */
export async function writeMail(operations: Pick<Operations, "addMail">, { address, ...mail }: MailToWrite): Promise<void> {
  const lifetimeMs = pageOfLink[mail.kind] ? linkMinutes * 60_000 : noticeHours * 3_600_000;
  await operations.addMail({ id: uuidv7(), ...mail, address: address ?? mail.recipient, expiresAt: new Date(Date.now() + lifetimeMs) });
}

/** Has a mail tell the owner of an account, if they have an address, that a webhook of theirs is called no more. */
export async function tellOfWebhook(operations: Pick<Operations, "addMail">, accountId: UserId, recipient: string, host: string): Promise<void> {
  // Mails of others' doing are in the language of the owner's preferences.
  if (recipient !== "") await writeMail(operations, { kind: "webhook_disabled", accountId, recipient, language: "en", address: host });
}

/** Has a mail tell the owner of an account how signing in to it has changed, if they have an address. */
export async function tellOwner(
  operations: Pick<Operations, "addMail">,
  { id, email }: Pick<Account, "id" | "email">,
  kind: MailKind,
  language: Language,
): Promise<void> {
  if (email !== "") await writeMail(operations, { kind, accountId: id, recipient: email, language });
}

/** Has a mail tell who had an account that nothing of it is left. */
export const sayFarewell = (operations: Pick<Operations, "addMail">, { address, username, language }: Farewell): Promise<void> =>
  writeMail(operations, { kind: "account_deleted", accountId: null, recipient: address, language: languageOf(language), address: username });
