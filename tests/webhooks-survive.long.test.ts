import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { expect, test } from "vitest";
import { callersOf } from "./support/feed.ts";
import { onTheServer } from "./support/operate.ts";
import { startProcess } from "./support/process.ts";
import { openWebhookReceiver } from "./support/webhook-receiver.ts";

test("each delivery arrives once wherever the process is killed; once more only where its answer was lost", async () => {
  const [directory, failpoints] = [mkdtempSync(join(tmpdir(), "newfeed-webhooks-")), mkdtempSync(join(tmpdir(), "newfeed-failpoints-"))];
  const receiver = await openWebhookReceiver();
  const environment = { ...onTheServer(), WEBHOOK_ALLOW_PRIVATE: "true", NEWFEED_FAILPOINTS: `folder:${failpoints}`, LOG_LEVEL: "debug" };
  let running = await startProcess(directory, environment);
  const alice = await callersOf(running.url).person("alice");
  const as = { authorization: `Bearer ${alice.token}` };
  const call = (method: string, path: string, body?: unknown) => callersOf(running.url).call(method, path, body, as);
  const { body } = await call("POST", "/api/v1/webhooks", { url: `${receiver.url}/`, types: ["post.published"] });
  receiver.secrets.set("/", body.secret);

  for (const [point, arrivals] of [
    ["delivery.before_call", 1],
    ["delivery.before_end", 2],
  ] as const) {
    writeFileSync(join(failpoints, `embedded.${point}`), "");
    const killed = new Promise((resolve) => running.child.once("exit", resolve));
    const { body: post } = await call("POST", "/api/v1/posts", { content: point, postType: "TEXT" });
    await killed;
    expect(running.output()).not.toContain(body.secret.slice(6));
    running = await startProcess(directory, environment);
    // What was in hand comes due again half a minute after it was taken.
    const arrived = () => receiver.received.filter(({ data }) => data.postId === post.id);
    await eventually(async () => {
      const [delivery] = (await call("GET", `/api/v1/webhooks/${body.webhook.id}/deliveries?limit=1`)).body.data;
      expect(delivery).toMatchObject({ state: "delivered", attempts: 2 });
    }, 60_000);
    expect(arrived().length, point).toBe(arrivals);
    expect(new Set(arrived().map(({ id }) => id)).size).toBe(1);
  }
  await running.signal("SIGTERM");
  expect(receiver.faults).toEqual([]);
  receiver.close();
  for (const folder of [directory, failpoints]) rmSync(folder, { recursive: true, force: true });
}, 240_000);
