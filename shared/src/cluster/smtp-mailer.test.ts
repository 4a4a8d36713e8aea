import { createServer, type Server } from "node:net";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Mail, MailDelayed, MailRefused } from "../ports/mailer.ts";
import { mailerSuite, suiteSender } from "../testing/mailer-suite.ts";
import { startSmtpServer, type TestSmtpServer } from "../testing/smtp-server.ts";
import { createSmtpMailer } from "./smtp-mailer.ts";

mailerSuite("SMTP", async () => {
  const server = await startSmtpServer();
  const mailer = createSmtpMailer(server.url, suiteSender);
  return { mailer, received: async () => server.received, close: () => Promise.all([mailer.close(), server.close()]).then(() => {}) };
});

const mail = (to = "ann@example.com"): Mail => ({ id: uuidv7(), to, language: "en", subject: "Hello", text: "a secret link", html: "" });

describe("a mail server", () => {
  let server: TestSmtpServer;
  beforeAll(async () => {
    server = await startSmtpServer();
  });
  afterAll(() => server.close());
  const failureOf = async (url: string, to?: string) => {
    const mailer = createSmtpMailer(url, suiteSender);
    const failure: unknown = await mailer.send(mail(to)).catch((error: unknown) => error);
    await mailer.close();
    return failure;
  };

  test.each([
    [550, MailRefused],
    [552, MailRefused],
    [421, MailDelayed],
    [450, MailDelayed],
  ])("that answers %i: the error says so, and nothing of the recipient", async (code, kind) => {
    server.refuse("bob@example.com", code);
    const failure = await failureOf(server.url, "bob@example.com");
    expect(failure).toBeInstanceOf(kind);
    expect(String(failure)).toContain(String(code));
    expect(String(failure)).not.toMatch(/bob|secret/);
  });

  test("that is away, or does not know our credentials, delays mails", async () => {
    const closed: Server = createServer();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    const { port } = closed.address() as { port: number };
    await new Promise((resolve) => closed.close(resolve));
    expect(await failureOf(`smtp://127.0.0.1:${port}`)).toBeInstanceOf(MailDelayed);
    expect(await failureOf(server.url.replace("//", "//user:wrong@"))).toBeInstanceOf(MailDelayed);
  });

  test("without TLS gets nothing unless it is on this machine or the URL allows it", async () => {
    const elsewhere = server.url.replace("127.0.0.1", "0.0.0.0");
    expect(await failureOf(elsewhere)).toBeInstanceOf(MailDelayed);
    expect(await failureOf(`${elsewhere}?ignoreTLS=true`)).not.toBeInstanceOf(Error);
  });

  test("that does not answer delays a mail, for as long as the URL says", async () => {
    const frozen = await startSmtpServer();
    frozen.freeze();
    expect(await failureOf(`${frozen.url}?socketTimeout=200`)).toBeInstanceOf(MailDelayed);
    await frozen.close();
  });
});
