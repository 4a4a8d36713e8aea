import { readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "../ports/logger.ts";
import { type Mail, MailDelayed, type Mailer } from "../ports/mailer.ts";
import { makePrivateFolder } from "./private-folder.ts";

/** The newest are kept, so that strangers who sign up do not fill the disk. */
const keptMails = 1_000;
/** Mails after which older ones are looked for. */
const prunedEvery = 100;

export interface MailFolderOptions {
  directory: string;
  compose(mail: Mail): Promise<Buffer>;
  logger: Pick<Logger, "info">;
}

/** Writes each mail as `<id>.eml` into a folder. Ids grow with time, and so do the names. Holds the newest thousand. The log says where each is. */
export function createMailFolder({ directory, compose, logger }: MailFolderOptions): Mailer {
  let written = 0;
  async function prune(): Promise<void> {
    const names = (await readdir(directory)).filter((name) => name.endsWith(".eml")).sort();
    for (const name of names.slice(0, -keptMails)) await rm(join(directory, name), { force: true });
  }
  return {
    description: directory,
    reachesMailboxes: false,
    async send(mail) {
      const message = await compose(mail);
      const file = join(directory, `${mail.id}.eml`);
      try {
        makePrivateFolder(directory);
        await writeFile(`${file}.part`, message, { mode: 0o600 });
        await rename(`${file}.part`, file);
        logger.info("a mail was written", { file, subject: mail.subject });
        if (written++ % prunedEvery === 0) await prune();
      } catch (error) {
        throw new MailDelayed(`a mail could not be written: ${error instanceof Error && "code" in error ? error.code : "unknown"}`);
      }
    },
    async close() {},
  };
}
