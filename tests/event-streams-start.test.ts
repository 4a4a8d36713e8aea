import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitingPage, waitingPagePolicy } from "@newfeed/shared/http/waiting-page.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { EventSource } from "eventsource";
import { afterAll, beforeAll, expect, test } from "vitest";
import { callersOf, type Person } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { startProcess } from "./support/process.ts";

let directory: string;
let environment: Record<string, string>;
let alice: Person;

/** A data folder with a user in it. */
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "newfeed-start-"));
  // It starts no sooner than elsewhere.
  environment = {
    NODE_COMPILE_CACHE: "",
    PORT: String(await freePort()),
    NOTIFICATION_PORT: String(await freePort()),
    GRPC_PORT: "0",
    ALLOWED_ORIGINS: "https://app.example",
  };
  const feed = await startProcess(directory, environment);
  alice = await callersOf(feed.url).person("alice");
  await feed.signal("SIGTERM");
}, 60_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test("while NewFeed starts, an EventSource waits and a program is told when to come back, on both ports", async () => {
  const starting = startProcess(directory, environment);
  const ports = [environment.PORT, environment.NOTIFICATION_PORT];
  // The ports open first.
  for (const port of ports) {
    const refused = await eventually(() => fetch(`http://localhost:${port}/api/sse/notifications`, { headers: { origin: "https://app.example" } }), 60_000);
    expect([refused.status, refused.headers.get("retry-after"), refused.headers.get("access-control-allow-origin")]).toEqual([503, "1", "https://app.example"]);
    expect(await refused.json()).toMatchObject({ code: "service_unavailable" });
    const opened = await fetch(`http://localhost:${port}/posts/x`, { headers: { accept: "text/html" } });
    expect([opened.status, opened.headers.get("retry-after"), await opened.text()]).toEqual([503, "1", waitingPage("NewFeed is starting.")]);
    expect(opened.headers.get("content-security-policy")).toBe(waitingPagePolicy);
    const waits = await fetch(`http://localhost:${port}/api/sse/notifications`, { headers: { accept: "text/event-stream" } });
    expect([waits.status, waits.headers.get("content-type")]).toEqual([200, "text/event-stream; charset=utf-8"]);
    const [, retry, reason] = /^retry: (\d+)\nevent: closing\ndata: (.*)\n\n$/.exec(await waits.text()) ?? [];
    expect(JSON.parse(String(reason))).toEqual({ code: "service_unavailable", retryAfterMs: Number(retry), resume: true });
    expect(Number(retry)).toBeGreaterThanOrEqual(1_000);
  }
  const sources = ports.map((port) => {
    const statuses: number[] = [];
    const source = new EventSource(`http://localhost:${port}/api/sse?streams=user:me`, {
      fetch: async (url, init) => {
        const response = await fetch(url, { ...init, headers: { ...init.headers, authorization: `Bearer ${alice.token}` } });
        statuses.push(response.status);
        return response;
      },
    });
    const seen: string[] = [];
    for (const name of ["closing", "hello", "followed", "caught_up"]) source.addEventListener(name, () => seen.push(name));
    return { source, seen, statuses };
  });
  const feed = await starting;
  for (const { source, seen, statuses } of sources) {
    await eventually(() => expect(seen.at(-1)).toBe("caught_up"), 15_000);
    expect(seen.slice(-3)).toEqual(["hello", "followed", "caught_up"]);
    expect(new Set(statuses)).toEqual(new Set([200]));
    source.close();
  }
  await feed.signal("SIGTERM");
}, 90_000);
