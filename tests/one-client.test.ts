import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { constants, setPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { percentile } from "./support/cluster/crowds.ts";
import { createPost } from "./support/comments.ts";
import { callersOf, type Person } from "./support/feed.ts";
import type { Burden } from "./support/one-client.ts";
import { type FeedProcess, startProcess } from "./support/process.ts";

/**
 * One client against all others, at the limits that everybody has. `npm test` runs a short form, in which times mean little.
 * CROWDS=full, for a quiet machine, also requires that the latency of the others at most doubles.
 */
const full = process.env.CROWDS === "full";
const seconds = full ? 15 : 4;
/** Beside other tests. Clients of one that does not limit another wait longer. */
const busyMs = 5_000;

let directory: string;
let feed: FeedProcess;
let person: (name: string) => Promise<Person>;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "newfeed-one-client-"));
  feed = await startProcess(directory, { RATE_LIMIT_FACTOR: "1", TRUSTED_PROXIES: "127.0.0.1" });
  ({ person } = callersOf(feed.url));
}, 60_000);
afterAll(async () => {
  await feed.signal("SIGTERM");
  rmSync(directory, { recursive: true, force: true });
});

async function burdened(burden: Burden, count: number, token: string): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL("./support/one-client.ts", import.meta.url)), [burden, feed.url, token, String(count)]);
  // It runs on another machine, in truth.
  if (child.pid) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  await once(child, "message");
  return child;
}

/** Milliseconds until a call is answered, or an event stream has begun. */
function timeOf(agent: Agent, method: string, path: string, { token }: Person, body?: object): Promise<number> {
  const { port } = new URL(feed.url);
  const headers = { authorization: `Bearer ${token}`, "x-forwarded-for": "198.51.100.1", ...(body && { "content-type": "application/json" }) };
  const began = performance.now();
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, method, path, agent, headers }, (response) => {
      response.once("data", () => resolve(performance.now() - began));
      if ((response.statusCode ?? 500) >= 400) reject(new Error(`${method} ${path} answered ${response.statusCode}`));
      if (path.startsWith("/api/sse/")) response.once("data", () => response.destroy());
      else response.resume();
    })
      .once("error", reject)
      .end(body && JSON.stringify(body));
  });
}

/** The 99th percentiles of what another user does meanwhile: reads, comments, and opens event streams. */
async function measure(what: string): Promise<{ calls: number; streams: number }> {
  const reader = await person("reader");
  const postId = await createPost(reader);
  const agent = new Agent({ keepAlive: true });
  const [calls, streams]: [Promise<number>[], Promise<number>[]] = [[], []];
  const began = performance.now();
  for (let turn = 0; turn < seconds * 20; turn++) {
    await sleep(Math.max(0, began + turn * 50 - performance.now()));
    if (turn % 10 === 5) calls.push(timeOf(agent, "POST", `/api/v1/posts/${postId}/comments`, reader, { content: "meanwhile" }));
    else if (turn % 2 === 0) streams.push(timeOf(agent, "GET", `/api/sse/comments/${postId}`, reader));
    else calls.push(timeOf(agent, "GET", "/api/v1/posts?limit=5", reader));
  }
  const found = { calls: percentile(await Promise.all(calls), 0.99), streams: percentile(await Promise.all(streams), 0.99) };
  agent.destroy();
  process.stderr.write(`${what}: p99 of calls ${found.calls.toFixed(1)} ms, of opening event streams ${found.streams.toFixed(1)} ms\n`);
  return found;
}

describe("everybody else is served", () => {
  test.each<[string, Burden, number]>([
    ["a visitor opens 1,000 connections again and again", "connections", full ? 1_000 : 300],
    ["a client sends 200 bodies slowly", "bodies", 200],
    ["a client emits 3,000 socket events a second", "events", 3],
  ])(
    "while %s",
    async (what, burden, count) => {
      const offender = await person("offender");
      // The first time runs cold code.
      if (full) await measure("cold");
      const before = full ? await measure("undisturbed") : undefined;
      const client = await burdened(burden, count, offender.token);
      const during = await measure(what);
      client.disconnect();
      await once(client, "exit");
      expect(during.calls).toBeLessThan(before ? 2 * before.calls : busyMs);
      expect(during.streams).toBeLessThan(before ? 2 * before.streams : busyMs);
    },
    180_000,
  );
});
