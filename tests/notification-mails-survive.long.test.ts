import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { startSmtpServer } from "@newfeed/shared/testing/smtp-server.ts";
import { expect, test } from "vitest";
import { createPost } from "./support/comments.ts";
import { callersOf } from "./support/feed.ts";
import { arrived, linkIn, mailsTo } from "./support/mails.ts";
import { onTheServer } from "./support/operate.ts";
import { startProcess } from "./support/process.ts";

test("a mail of a notification arrives once wherever the process is killed; once more, as the same mail, only where the mail server's answer was lost", async () => {
  const [directory, failpoints] = [mkdtempSync(join(tmpdir(), "newfeed-mails-")), mkdtempSync(join(tmpdir(), "newfeed-failpoints-"))];
  const smtp = await startSmtpServer();
  const mailbox = { all: async () => smtp.received };
  const environment = {
    ...onTheServer(),
    ...{ SMTP_URL: smtp.url, MAIL_FROM: "The Feed <no-reply@feed.example>", PUBLIC_URL: "https://feed.example" },
    NEWFEED_FAILPOINTS: `folder:${failpoints}`,
  };
  let running = await startProcess(directory, environment);
  const [alice, bob] = [await callersOf(running.url).person("alice"), await callersOf(running.url).person("bob")];
  const { token } = linkIn(await arrived(mailbox, alice.email, /^Confirm your e-mail/));
  await callersOf(running.url).call("POST", "/api/auth/email/verify", { token });
  await alice.patch("/api/v1/users/me/notification-preferences", { types: { new_comment: { mail: true } } });
  const [before, after] = [await createPost(alice), await createPost(alice)];
  for (const [point, postId, arrivals] of [
    ["delivery.before_call", before, 1],
    ["delivery.before_end", after, 2],
  ] as const) {
    const as = (person: typeof alice) => ({ authorization: `Bearer ${person.token}` });
    const { call } = callersOf(running.url);
    writeFileSync(join(failpoints, `embedded.${point}`), "");
    const killed = new Promise((resolve) => running.child.once("exit", resolve));
    expect((await call("POST", `/api/v1/posts/${postId}/comments`, { content: point }, as(bob))).status).toBe(201);
    // It is held for half a minute first.
    await killed;
    running = await startProcess(directory, environment);
    const sent = async () => (await mailsTo(mailbox, alice.email, /commented/)).filter(({ text }) => text?.includes(postId));
    await eventually(async () => {
      const { body } = await callersOf(running.url).call("GET", "/api/v1/users/me/export", undefined, as(alice));
      const mail = body.mails.find(({ subject }: { subject: { postId: string } }) => subject.postId === postId);
      expect(mail).toMatchObject({ outcome: "sent" });
    }, 90_000);
    expect((await sent()).length, point).toBe(arrivals);
    expect(new Set((await sent()).map(({ messageId }) => messageId)).size).toBe(1);
  }
  await running.signal("SIGTERM");
  await smtp.close();
  for (const folder of [directory, failpoints]) rmSync(folder, { recursive: true, force: true });
}, 300_000);
