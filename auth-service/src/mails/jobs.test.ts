import { asUserId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import { createEmbeddedLimiter } from "@newfeed/shared/embedded/limiter.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { type Mail, MailDelayed, MailRefused } from "@newfeed/shared/ports/mailer.ts";
import { openDatabase } from "@newfeed/shared/runtime/database.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { migrateService } from "@newfeed/shared/runtime/run.ts";
import { newDatabase } from "@newfeed/shared/testing/own-database.ts";
import { runJobs } from "@newfeed/shared/testing/run-jobs.ts";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { authService } from "../service.ts";
import { createStore, preferLanguage, type Store } from "../store.ts";
import { mailJobs } from "./jobs.ts";
import { createLinkTokens } from "./links.ts";
import { writeMail } from "./write.ts";

const tokens = createLinkTokens("a key of the test");
let database: RawDatabase;
let store: Store;
let outcomes: string[];
let logged: unknown[];
/** What the mail server got, and what it does with the next mail. */
let sent: Mail[];
let answer: (mail: Mail) => unknown;
beforeAll(async () => {
  database = openDatabase(await newDatabase("mails"), createLogger({ level: "error", json: false }));
  await migrateService(database, authService);
  store = createStore(database, () => {});
});
afterAll(async () => {
  await store.close();
  await database.close();
});
beforeEach(async () => {
  [outcomes, logged, sent, answer] = [[], [], [], () => {}];
  await database.query("TRUNCATE account, newfeed.job CASCADE");
});

const jobs = () =>
  mailJobs({
    mailer: {
      async send(mail) {
        sent.push(mail);
        await answer(mail);
      },
    },
    limiter: createEmbeddedLimiter(1),
    tokens,
    site: { name: "The Feed", url: "https://feed.example" },
    logger: { warn: (...line) => void logged.push(line) },
    metrics: { handled: (_kind, outcome) => void outcomes.push(outcome) },
  });
const count = async (table: string) => (await database.query(`SELECT FROM ${table}`)).length;
const account = (username: string, emailIsLogin = true) =>
  store.transaction((operations) =>
    operations.createAccount({
      id: asUserId(uuidv7()),
      username,
      email: `${emailIsLogin ? username : "shared"}@example.com`,
      emailIsLogin,
      passwordHash: "",
      fullName: "",
    }),
  );
const ask = (accountId: UserId | null, recipient: string) =>
  store.transaction((operations) => writeMail(operations, { kind: "reset_password", accountId, recipient, language: "en" }));
const due = () => database.query("UPDATE newfeed.job SET due_at = now()");

test("a mail is sent once, from the row that was written with what caused it", async () => {
  const ann = await account("ann");
  await store
    .transaction(async (operations) => {
      await writeMail(operations, { kind: "reset_password", accountId: ann.id, recipient: ann.email, language: "en" });
      throw new Error("rolled back");
    })
    .catch(() => {});
  await ask(ann.id, ann.email);
  await runJobs(database, jobs());
  await runJobs(database, jobs());
  expect(sent).toMatchObject([{ to: "ann@example.com", language: "en", text: expect.stringContaining("@ann") }]);
  expect([outcomes, await count("mail"), await count("newfeed.job"), await count("mail_link")]).toEqual([["sent"], 0, 0, 1]);
});

test("a mail is in the language that its account prefers, or else in that of what caused it", async () => {
  const ann = await account("ann");
  const prefer = async (language: string | null | undefined, revision: number) => {
    await database.transaction((query) => preferLanguage(query, ann.id, language, revision));
    await ask(ann.id, ann.email);
    await runJobs(database, jobs());
    return sent.at(-1)?.language;
  };
  expect(await prefer(undefined, 2)).toBe("en");
  expect(await prefer("de-AT", 4)).toBe("de");
  expect(await prefer(null, 3), "older preferences").toBe("de");
  expect(await prefer("fr", 5), "no mail is in French").toBe("en");
  expect(sent.map(({ subject }) => subject)[1]).toBe("Ein neues Passwort für The Feed");
});

test("a crash behind the mail server's back sends the same mail again, with the same link", async () => {
  const ann = await account("ann");
  await ask(ann.id, ann.email);
  // The transaction of the job does not reach its commit.
  answer = () => database.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database()");
  await expect(runJobs(database, jobs())).rejects.toThrow();
  expect([sent.length, await count("mail")]).toEqual([1, 1]);
  answer = () => {};
  await runJobs(database, jobs());
  expect([sent.length, sent[1], await count("mail")]).toEqual([2, sent[0], 0]);
});

test("what the server may take later waits for it, holds up no other, and ends when it expires", async () => {
  const [ann, bob] = [await account("ann"), await account("bob")];
  answer = ({ to }) => {
    if (to.startsWith("ann")) throw new MailDelayed("450");
  };
  await ask(ann.id, ann.email);
  await ask(bob.id, bob.email);
  await runJobs(database, jobs());
  expect([sent.map(({ to }) => to), outcomes, await count("mail")]).toEqual([["ann@example.com", "bob@example.com"], ["delayed", "sent"], 1]);
  expect(await database.query("SELECT failures FROM newfeed.job WHERE due_at > now()")).toEqual([{ failures: 1 }]);
  await due();
  await runJobs(database, jobs());
  expect(sent[2]).toEqual(sent[0]);
  await database.query("UPDATE mail SET expires_at = now() - interval '1 second'");
  await due();
  await runJobs(database, jobs());
  expect([sent.length, outcomes, await count("mail"), await count("newfeed.job")]).toEqual([3, ["delayed", "sent", "delayed", "expired"], 0, 0]);
});

test("a delay takes nothing of the recipient's limit", async () => {
  const ann = await account("ann");
  answer = () => {
    throw new MailDelayed("450");
  };
  await ask(ann.id, ann.email);
  const all = jobs();
  for (let attempt = 0; attempt < 12; attempt++) {
    await due();
    await runJobs(database, all);
  }
  expect(new Set(outcomes)).toEqual(new Set(["delayed"]));
});

test("what the server refuses is given up, and the log says nothing of whom it was for", async () => {
  const ann = await account("ann");
  answer = () => {
    throw new MailRefused("550");
  };
  await ask(ann.id, ann.email);
  await runJobs(database, jobs());
  expect([outcomes, await count("mail"), await count("newfeed.job")]).toEqual([["refused"], 0, 0]);
  expect(logged).toHaveLength(1);
  expect(JSON.stringify(logged)).not.toMatch(/ann@|token/);
});

test("a mail whose account is deleted meanwhile is not sent, and holds up no deletion", async () => {
  const ann = await account("ann");
  await ask(ann.id, ann.email);
  answer = () => store.transaction((operations) => operations.deleteAccount(ann.id));
  await runJobs(database, jobs());
  const bob = await account("bob");
  await ask(bob.id, bob.email);
  await store.transaction((operations) => operations.deleteAccount(bob.id));
  await runJobs(database, jobs());
  expect([sent.map(({ to }) => to), await count("mail"), await count("mail_link"), await count("newfeed.job")]).toEqual([["ann@example.com"], 0, 0, 0]);
});

test("of accounts with an address that is of none alone, the latest three get a link; once one has verified it, that one alone", async () => {
  const all: { id: UserId; email: string }[] = [];
  for (const name of ["first", "second", "third", "fourth"]) all.push(await account(name, false));
  await ask(null, "SHARED@example.com");
  await runJobs(database, jobs());
  expect(sent.map(({ text }) => /@(\w+)\./.exec(text)?.[1]).sort()).toEqual(["fourth", "second", "third"]);
  await store.transaction((operations) => operations.claimAddress(all[0]?.id as UserId, "shared@example.com"));
  await ask(null, "shared@example.com");
  await runJobs(database, jobs());
  expect(sent.slice(3)).toMatchObject([{ text: expect.stringContaining("@first") }]);
});

test("a verified address is taken from however many accounts have it", async () => {
  await database.query(
    `INSERT INTO account (id, username, email, email_is_login, password_hash, full_name)
     SELECT gen_random_uuid(), 'squatter_' || n, 'Shared@example.com', false, '', '' FROM generate_series(1, 1200) n`,
  );
  const owner = await account("owner", false);
  await store.transaction((operations) => operations.claimAddress(owner.id, "shared@example.com"));
  const left = async () => (await database.query("SELECT FROM account WHERE lower(email) = 'shared@example.com'")).length;
  expect(await left()).toBe(1_101);
  await runJobs(database, jobs());
  expect([await left(), await count("account WHERE email = '' AND NOT email_is_login AND revision = 2")]).toEqual([1, 1_200]);
  const second = await account("second", false);
  await expect(store.transaction((operations) => operations.claimAddress(second.id, "SHARED@example.com"))).rejects.toMatchObject({ code: "email_taken" });
});
