import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { keyOf } from "@newfeed/shared/contracts/events.ts";
import type { Page } from "@newfeed/shared/contracts/primitives.ts";
import type { Replay } from "@newfeed/shared/contracts/routes/replays.ts";
import { eventFixtures } from "@newfeed/shared/testing/event-fixtures.ts";
import { onOneProcessor, type System, signIn, signUp, type User } from "../graph/system.ts";
import type { Bench, Measured, Row } from "../row.ts";
import { median, percentile } from "../statistics.ts";

const [events, replayed] = [1_000_000, 100_000];
const types = ["post.liked", "comment.created", "user.logged_in", "user.followed"] as const;
const [people, posts] = [20_000, 50_000];
/** The time that they are of: three or four partitions. */
const spanMs = 90 * 24 * 3_600_000;
const insertedAtOnce = 5_000;
const queue = "event-service.events";
const writesASecond = 20;
/** Writes with the replay and without it take turns so long, the latter so often. */
const [secondsOfTurn, turns] = [5, 12];

const hexOf = (text: string) => createHash("sha256").update(text).digest("hex");
/** The same for the same text: a UUID of version 7 of that time. */
function idOf(text: string, time = Date.UTC(2026, 0)): string {
  const [hex, at] = [hexOf(text), time.toString(16).padStart(12, "0")];
  return `${at.slice(0, 8)}-${at.slice(8)}-7${hex.slice(0, 3)}-8${hex.slice(3, 6)}-${hex.slice(6, 18)}`;
}
const personOf = (n: number) => idOf(`person ${n % people}`);
const postOf = (n: number) => idOf(`post ${n % posts}`);
const correlationOf = (n: number) => `bench:${n >> 2}`;

const fixtures = types.map((type) => {
  const fixture = eventFixtures.find((each) => each.type === type);
  if (!fixture) throw new Error(`${type} has no fixture`);
  return JSON.parse(JSON.stringify(fixture.body)) as {
    id: string;
    correlationId: string;
    actorId: string;
    occurredAt: string;
    data: object;
    aggregate: { id: string };
  };
});

/** The n-th event, as its type's fixture but for who, what and when. */
function messageOf(n: number, time: number) {
  const type = types[n % types.length] as (typeof types)[number];
  const fixture = fixtures[n % types.length] as (typeof fixtures)[number];
  const id = idOf(`event ${n}`, time);
  const key = keyOf({ type, data: fixture.data });
  const others: [string, string][] = [
    [fixture.id, id],
    [fixture.correlationId, correlationOf(n)],
    [fixture.occurredAt, new Date(time).toISOString()],
    [fixture.actorId, personOf(n * 7)],
    [key, type === "user.logged_in" || type === "user.followed" ? personOf(n * 7) : postOf(n * 11)],
    [fixture.aggregate.id, idOf(`aggregate ${n % (events / 2)}`)],
  ];
  const body = others.reduce((text, [from, to]) => text.replaceAll(from, to), JSON.stringify(fixture));
  return { id, type, key: type === "user.logged_in" || type === "user.followed" ? personOf(n * 7) : postOf(n * 11), body };
}

/** Events a second from the moment at which all of them are in the queue of the store until the last one is kept. */
async function store({ open }: System, count: number, start: number, progress: Bench["progress"]): Promise<number> {
  const bus = open("bus");
  await bus.transaction(async (query) => {
    for (let from = 0; from < count; from += insertedAtOnce) {
      const messages = Array.from({ length: Math.min(insertedAtOnce, count - from) }, (_, n) => messageOf(from + n, start + ((from + n) * spanMs) / count));
      await query(
        `INSERT INTO message (queue, message_id, type, key, body)
         SELECT '${queue}', * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])`,
        (["id", "type", "key", "body"] as const).map((name) => messages.map((message) => message[name])),
      );
      if (from % 100_000 === 0) progress(`${from.toLocaleString("en")} events are made`);
    }
  });
  const began = performance.now();
  const left = async () => (await bus.query(`SELECT FROM message WHERE queue = '${queue}' LIMIT 1`)).length > 0;
  while (await left()) await sleep(100);
  const rate = (count * 1_000) / (performance.now() - began);
  progress(`${Math.round(rate)} events a second are stored`);
  return rate;
}

/** Milliseconds of each answer to one request after the other, for so many seconds. */
async function timesOf(auditor: User, pathOf: (n: number) => string, seconds: number): Promise<number[]> {
  const times: number[] = [];
  for (const until = performance.now() + seconds * 1_000; performance.now() < until; ) {
    const started = performance.now();
    const { data } = await auditor.call<Page<unknown>>("GET", pathOf(times.length));
    times.push(performance.now() - started);
    if (data.length === 0) throw new Error(`nothing is found by ${pathOf(times.length - 1)}`);
  }
  return times;
}

/** Milliseconds of posts that are written at a steady pace, until it is enough. */
async function write(author: User, enough: () => boolean): Promise<number[]> {
  const times: number[] = [];
  const running: Promise<void>[] = [];
  for (let next = performance.now(); !enough(); next += 1_000 / writesASecond) {
    await sleep(Math.max(0, next - performance.now()));
    const started = performance.now();
    const written = author.call("POST", "/api/v1/posts", { content: `Post ${times.length}`, postType: "TEXT" });
    running.push(written.then(() => void times.push(performance.now() - started)));
  }
  await Promise.all(running);
  return times;
}

async function measureOn(system: System, { rounds, seconds, sizes, progress }: Bench): Promise<Measured> {
  const factor = Number(sizes ?? 1);
  const count = Math.round(events * factor);
  const start = Date.now() - spanMs;
  const rate = await store(system, count, start, progress);

  const auditor = await signUp(system.url, "auditor");
  await system.databases.auth.query("UPDATE account SET roles = ARRAY['admin'] WHERE id = $1", [auditor.id]);
  const administrator = await signIn(system.url, "auditor");
  const path = (query: Record<string, string>) => `/api/v1/events?${new URLSearchParams({ limit: "20", ...query })}`;
  const timeOf = (share: number) => new Date(start + spanMs * share).toISOString();
  const filters: Record<string, (n: number) => string> = {
    none: () => path({}),
    type: (n) => path({ type: types[n % types.length] as string }),
    aggregate: (n) => path({ aggregate: idOf(`aggregate ${(n * 13) % Math.min(count, events / 2)}`) }),
    actor: (n) => path({ actor: personOf(((n * 17) % count) * 7) }),
    correlation: (n) => path({ correlation: correlationOf((n * 19) % count) }),
    time: (n) => path({ from: timeOf(((n * 7) % 90) / 100), to: timeOf(((n * 7) % 90) / 100 + 0.1) }),
    "type, actor": (n) => path({ type: types[(n * 17) % types.length] as string, actor: personOf(((n * 17) % count) * 7) }),
  };
  const answers = new Map<string, number[]>();
  for (const [name, pathOf] of Object.entries(filters)) {
    await timesOf(administrator, pathOf, 0.5);
    answers.set(name, await timesOf(administrator, pathOf, (rounds * seconds) / 3));
    progress(`by ${name}: p95 ${percentile(answers.get(name) ?? [], 95).toFixed(1)} ms`);
  }

  const author = await signUp(system.url, "author");
  const until = (time: number) => () => performance.now() >= time;
  await write(author, until(performance.now() + 3_000));
  const wanted = Math.round(replayed * factor);
  // Every fourth event is one that query-service handles.
  const to = new Date(start + (wanted * types.length * spanMs) / count).toISOString();
  const asked = { consumer: "query-service", types: ["post.liked"], from: new Date(start).toISOString(), to, rate: 500 };
  const [alone, beside]: [number[], number[]] = [[], []];
  const turn = async (times: number[]) => times.push(...(await write(author, until(performance.now() + secondsOfTurn * 1_000))));
  await turn(alone);
  let replay = await administrator.call<Replay>("POST", "/api/v1/replays", asked);
  // By turns: what was stored before is on its way to the disk all the while, and commits wait for it.
  for (const step = (name: string) => administrator.call<Replay>("POST", `/api/v1/replays/${replay.id}/${name}`); replay.state === "running"; ) {
    await turn(beside);
    replay = await administrator.call<Replay>("GET", `/api/v1/replays/${replay.id}`);
    if (replay.state !== "running" || alone.length > turns * secondsOfTurn * writesASecond) continue;
    // It may have come to its end since.
    if (!(await step("pause").catch(() => null))) continue;
    await turn(alone);
    replay = await step("resume");
  }
  progress(`${replay.handled} events are replayed; a write takes ${median(alone).toFixed(1)} ms alone, ${median(beside).toFixed(1)} ms beside that`);

  return {
    series: [
      { title: "Events that are stored", unit: "a second", better: "higher", bars: [{ name: "event-service", samples: [rate] }] },
      { title: "First page by filter", unit: "ms", better: "lower", bars: [...answers].map(([name, samples]) => ({ name, samples })) },
      {
        title: "A write",
        unit: "ms",
        better: "lower",
        bars: [
          { name: "alone", samples: alone },
          { name: "beside a replay", samples: beside },
        ],
      },
    ],
    floors: [
      { what: "events that are stored", value: rate, bound: { atLeast: 5_000 }, unit: "a second" },
      ...[...answers].map(([name, samples]) => ({
        what: `events by filter, p95: ${name}`,
        value: percentile(samples, 95),
        bound: { atMost: 100 },
        unit: "ms",
      })),
      { what: "a write beside a replay to one alone, medians", value: median(beside) / median(alone), bound: { atMost: 1.2 } },
      { what: "events of the replay that were handled, of those that were asked for", value: replay.handled / wanted, bound: { atLeast: 1 } },
      { what: "events of the replay that failed", value: replay.failed, bound: { atMost: 0 } },
    ],
    notes: [
      `${count.toLocaleString("en")} events of four types and 90 days wait in the queue of the store, whose consumer takes them as ever; then administrators look by each filter,`,
      `and ${wanted.toLocaleString("en")} are replayed into query-service, 500 a second, beside ${writesASecond} posts a second. All of NewFeed in one process and PostgreSQL share one processor.`,
    ],
  };
}

export const eventStoreRow: Row = {
  name: "events",
  what: `the event store with ${events.toLocaleString("en")} events: storing, looking up, replaying (--sizes 0.01 for a hundredth)`,
  measure: (bench) => onOneProcessor(bench.directory, (system) => measureOn(system, bench)),
};
