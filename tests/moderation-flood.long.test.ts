import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import type { StoringServiceName } from "@newfeed/shared/contracts/services.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { administratorOf } from "./support/administrator.ts";
import { callersOf, type Person } from "./support/feed.ts";
import { onTheServer, openDatabaseOf } from "./support/operate.ts";
import { type FeedProcess, startProcess } from "./support/process.ts";

/**
 * A wave of posts that a rule finds and hides, at 1,000 a minute, beside readers of the feed. `npm test` runs a short form beside other tests,
 * where times mean little. FLOOD=full, for a quiet machine: a minute of it, and the feed's 99th percentile does not double over what it is while as many
 * posts are written that no rule finds.
 */
const full = process.env.FLOOD === "full";
const perMinute = 1_000;
const seconds = full ? 60 : 6;
const quietSeconds = full ? 30 : 2;
const flagged = (perMinute / 60) * seconds;
/** Posts of each writer before anything is measured. */
const firstOfEach = 5;

const harmful = (n: number) => `cheap V1AGRA, call +${1_000_000 + n}`;
/** As long, and no rule finds it. */
const harmless = (n: number) => `cheap apples, see page ${1_000_000 + n}`;

let feed: FeedProcess;
let database: RawDatabase;
let admin: Person;
let spammers: Person[];
let readers: Person[];
const directory = mkdtempSync(join(tmpdir(), "newfeed-flood-"));
const opened: RawDatabase[] = [];
beforeAll(async () => {
  const server = onTheServer();
  const open = (service: StoringServiceName) => {
    const found = openDatabaseOf(server, service);
    opened.push(found);
    return found;
  };
  // As users have it: who reads and writes does not take the time of the feed's own process.
  feed = await startProcess(directory, server);
  const callers = callersOf(feed.url);
  database = open("moderation-service");
  admin = await administratorOf({ ...callers, platform: { openDatabase: async (service) => open(service) } });
  const rules = [
    { name: "no viagra", kind: "words", terms: ["viagra"], hide: true },
    { name: "pattern", kind: "pattern", terms: ["call \\+?[0-9]{6,}", "(a+)+$"] },
    { name: "waves", kind: "repetition", threshold: 5, hours: 1 },
  ];
  for (const rule of rules) expect((await admin.post("/api/v1/moderation/rules", { reason: "spam", ...rule })).status).toBe(201);
  const many = (name: string, count: number) => Promise.all(Array.from({ length: count }, () => callers.person(name)));
  [spammers, readers] = [await many("spammer", 10), await many("reader", 4)];
  for (const reader of readers) for (const spammer of spammers) await reader.post(`/api/v1/users/${spammer.id}/follow`);
  // Pages are full from the beginning on.
  for (let n = 0; n < firstOfEach; n++)
    for (const [index, spammer] of spammers.entries()) await spammer.post("/api/v1/posts", { content: harmless(-10 * n - index), postType: "TEXT" });
});
afterAll(async () => {
  for (const { close } of opened) await close();
  await feed?.signal("SIGTERM");
  rmSync(directory, { recursive: true, force: true });
});

const percentile = (times: readonly number[], share: number) => times.toSorted((one, other) => one - other)[Math.floor(times.length * share)] ?? 0;

/** How long readers wait for their home feed and the public posts while something goes on, in milliseconds. */
async function waited(while_: Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  let ended = false;
  const read = async (reader: Person) => {
    while (!ended)
      for (const path of ["/api/v1/feed", "/api/v1/posts"]) {
        const began = performance.now();
        expect((await reader.get(path)).status).toBe(200);
        times.push(performance.now() - began);
        await pause(100);
      }
  };
  const reading = Promise.all(readers.map(read));
  await while_.finally(() => {
    ended = true;
  });
  await reading;
  return times;
}

/** Posts at the rate of the wave, whether or not earlier ones are answered. */
async function flood(contentOf: (n: number) => string): Promise<void> {
  const sent: Promise<unknown>[] = [];
  const began = performance.now();
  for (let n = 0; n < flagged; n++) {
    await pause(Math.max(0, began + n * (60_000 / perMinute) - performance.now()));
    const spammer = spammers[n % spammers.length];
    sent.push(spammer?.post("/api/v1/posts", { content: contentOf(n), postType: "TEXT" }).then(({ status }) => expect(status).toBe(201)) ?? Promise.resolve());
  }
  await Promise.all(sent);
}

test("1,000 flagged posts a minute are worked through as they come, and hidden, and readers wait hardly longer", { timeout: 300_000 }, async () => {
  await waited(pause(1_000));
  const quiet = percentile(await waited(pause(quietSeconds * 1_000)), 0.99);
  const plain = percentile(await waited(flood(harmless)), 0.99);
  const during = percentile(await waited(flood(harmful)), 0.99);
  const ended = performance.now();
  await eventually(async () => {
    const [{ n } = { n: 0 }] = await database.query<{ n: number }>("SELECT count(*)::int AS n FROM moderation_case WHERE state = 'open' AND held");
    expect(n).toBe(Math.ceil(flagged));
    const shown: { content: string }[] = (await readers[0]?.get("/api/v1/posts?limit=100"))?.body.data ?? [];
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.filter(({ content }) => content.includes("V1AGRA"))).toEqual([]);
  }, 30_000);
  const behind = performance.now() - ended;
  process.stderr.write(
    `p99 of feeds: ${Math.round(quiet)} ms, with a wave that no rule finds ${Math.round(plain)} ms, with the wave ${Math.round(during)} ms; all hidden ${Math.round(behind)} ms after its last post\n`,
  );
  if (full) {
    expect(during).toBeLessThan(2 * plain);
    expect(behind).toBeLessThan(2_000);
  }
});

test("a rule is tried on the newest 1,000 posts, and no older ones", { timeout: 300_000 }, async () => {
  const most = 1_000;
  const write = (content: string, n: number) => spammers[n % spammers.length]?.post("/api/v1/posts", { content, postType: "TEXT" });
  await write("a quokka, long ago", 0);
  const count = full ? most : 100;
  for (let n = 0; n < count; n += spammers.length)
    await Promise.all(spammers.map((_, offset) => write(n + offset < 3 ? `quokka ${n + offset}` : `nothing ${n + offset}`, n + offset)));
  const began = performance.now();
  const { body } = await admin.post("/api/v1/moderation/rules/try", { name: "quokkas", kind: "words", terms: ["quokka"], reason: "spam" });
  process.stderr.write(`${body.looked} posts tried in ${Math.round(performance.now() - began)} ms\n`);
  // Those of the beginning, and of long ago, only where there are not as many since.
  const older = firstOfEach * spammers.length + Math.ceil(flagged) + 1;
  expect(body).toMatchObject(full ? { looked: most, found: 3 } : { looked: count + older, found: 4 });
});
