import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSmtpServer } from "@newfeed/shared/testing/smtp-server.ts";
import { expect, test } from "vitest";
import { callersOf } from "./support/feed.ts";
import { arrived, linkIn } from "./support/mails.ts";
import { onTheServer } from "./support/operate.ts";
import { startProcess } from "./support/process.ts";

test("a mail that is being sent when the process is killed is sent again after the restart, as the same mail, and no log has its link", async () => {
  const directory = mkdtempSync(join(tmpdir(), "newfeed-mail-"));
  const smtp = await startSmtpServer();
  const mailbox = { all: async () => smtp.received };
  const environment = {
    ...onTheServer(),
    SMTP_URL: smtp.url,
    MAIL_FROM: "The Feed <no-reply@feed.example>",
    LOG_LEVEL: "debug",
    PUBLIC_URL: "https://feed.example",
  };
  const reset = /^Set a new password/;

  const first = await startProcess(directory, environment);
  expect(first.output()).toContain(`mail      SMTP at ${new URL(smtp.url).host}`);
  const john = await callersOf(first.url).person("john");
  await arrived(mailbox, john.email, /^Confirm your e-mail/);
  smtp.freeze();
  await callersOf(first.url).call("POST", "/api/auth/password/forgot", { email: john.email });
  const sent = await arrived(mailbox, john.email, reset);
  await first.signal("SIGKILL");
  smtp.thaw();

  const second = await startProcess(directory, environment);
  const again = await arrived(mailbox, john.email, reset, 2);
  expect([again.messageId, linkIn(again)]).toEqual([sent.messageId, linkIn(sent)]);
  const { token } = linkIn(again);
  const { call } = callersOf(second.url);
  expect((await call("POST", "/api/auth/password/reset", { token, password: "New-word1" })).status).toBe(200);
  expect((await call("POST", "/api/auth/login", { email: john.email, password: "New-word1" })).status).toBe(200);
  await second.signal("SIGTERM");
  for (const output of [first.output(), second.output()]) expect(output).not.toContain(token);
  await smtp.close();
  rmSync(directory, { recursive: true, force: true });
}, 120_000);
