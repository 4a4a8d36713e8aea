import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { type ParsedMail, parseMail } from "@newfeed/shared/testing/smtp-server.ts";
import { expect } from "vitest";

/** Where the mails of a feed arrive. */
export interface Mailbox {
  /** All so far, in the order in which they were sent. */
  all(): Promise<readonly ParsedMail[]>;
}

/** The folder of a feed without a mail server. */
export const mailFolder = ({ directory }: { directory: string }): Mailbox => ({
  async all() {
    const folder = join(directory, "mail");
    const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".eml")) : [];
    return Promise.all(names.sort().map((name) => parseMail(readFileSync(join(folder, name)))));
  },
});

const recipientOf = ({ to }: ParsedMail) => [to ?? []].flat()[0]?.value[0]?.address;

/** The mails to an address, by their subjects. */
export async function mailsTo(mailbox: Mailbox, address: string, subject: RegExp = /./): Promise<ParsedMail[]> {
  return (await mailbox.all()).filter((mail) => recipientOf(mail)?.toLowerCase() === address.toLowerCase() && subject.test(mail.subject ?? ""));
}

/** The latest mail to an address with such a subject, once there are so many. */
export const arrived = (mailbox: Mailbox, address: string, subject: RegExp, count = 1): Promise<ParsedMail> =>
  eventually(async () => {
    const found = await mailsTo(mailbox, address, subject);
    expect(found.map((mail) => mail.subject)).toHaveLength(count);
    return found.at(-1) as ParsedMail;
  }, 20_000);

/** The link in a mail, with its token. */
export function linkIn({ text = "" }: ParsedMail): { url: string; token: string } {
  const [url = "", token = ""] = /https?:\S+#token=([\w-]+)/.exec(text) ?? [];
  expect(token).toHaveLength(43);
  return { url, token };
}
