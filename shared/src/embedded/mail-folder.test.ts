import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simpleParser } from "mailparser";
import { v7 as uuidv7 } from "uuid";
import { afterEach, expect, test } from "vitest";
import { composeMessage } from "../cluster/smtp-mailer.ts";
import type { Logger } from "../ports/logger.ts";
import { type Mail, MailDelayed } from "../ports/mailer.ts";
import { mailerSuite, suiteSender } from "../testing/mailer-suite.ts";
import { createMailFolder } from "./mail-folder.ts";

const folders: string[] = [];
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "newfeed-mail-"));
  folders.push(folder);
  return join(folder, "mail");
}
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

mailerSuite("a folder", async () => {
  const directory = join(await mkdtemp(join(tmpdir(), "newfeed-mails-")), "mail");
  return {
    mailer: createMailFolder({ directory, compose: (mail) => composeMessage(mail, suiteSender), logger: { info() {} } }),
    async received() {
      const names = (await readdir(directory)).sort();
      return Promise.all(names.map(async (name) => simpleParser(await readFile(join(directory, name)))));
    },
    close: () => rm(join(directory, ".."), { recursive: true, force: true }),
  };
});

const plain = (directory: string, info: Logger["info"] = () => {}) =>
  createMailFolder({ directory, compose: async ({ text }) => Buffer.from(text), logger: { info } });
const mail = (): Mail => ({ id: uuidv7(), to: "ann@example.com", language: "en", subject: "", text: "secret", html: "" });

test.skipIf(process.platform === "win32")("only the user who runs NewFeed can read mails", async () => {
  const directory = await newFolder();
  await plain(directory).send(mail());
  const [name = ""] = await readdir(directory);
  expect(((await stat(directory)).mode | (await stat(join(directory, name))).mode) & 0o077).toBe(0);
});

test("the log says where a mail is, and nothing of what it says", async () => {
  const directory = await newFolder();
  const lines: unknown[] = [];
  const sent = mail();
  await plain(directory, (...line) => void lines.push(line)).send(sent);
  expect(lines).toEqual([["a mail was written", { file: join(directory, `${sent.id}.eml`), subject: "" }]]);
});

test("the newest thousand mails are kept, and nothing else is removed", async () => {
  const directory = await newFolder();
  const mailer = plain(directory);
  await mailer.send(mail());
  await writeFile(join(directory, "notes.txt"), "");
  const old = Array.from({ length: 1_050 }, () => uuidv7());
  await Promise.all(old.map((id) => writeFile(join(directory, `${id}.eml`), "")));
  for (let count = 0; count < 100; count++) await mailer.send(mail());
  const names = await readdir(directory);
  expect([names.length, names.includes("notes.txt"), names.includes(`${old[0]}.eml`), names.includes(`${old.at(-1)}.eml`)]).toEqual([1_001, true, false, true]);
});

test("a folder that cannot be written delays mails, and says nothing of their recipients", async () => {
  const directory = await newFolder();
  await writeFile(directory, "a file");
  const failure = await plain(directory)
    .send(mail())
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(MailDelayed);
  expect(String(failure)).not.toMatch(/ann|secret/);
});
