import { io } from "socket.io-client";
import { buildGraph } from "../graph/build.ts";
import { type Person, rowsWritten, type System, signUp, startSystem } from "../graph/system.ts";
import type { Bench, Measured, Row } from "../row.ts";
import { median, percentile } from "../statistics.ts";

const followers = 1_000_000;
const followees = 10_000;
const few = 10;
/** With the one that is measured, as many as a post is written to. */
const readers = 4_999;
const count = (n: number) => n.toLocaleString("en");

interface People {
  /** 1,000,000 followers. */
  largeAuthor: Person;
  /** 10 followers. */
  smallAuthor: Person;
  /** 5,000 followers, all of whom read. */
  readAuthor: Person;
  manyReader: Person;
  fewReader: Person;
  /** Follows all three authors, and looks. */
  follower: Person;
}

async function prepare({ url, databases }: System, progress: Bench["progress"]): Promise<{ people: People; buildSeconds: number }> {
  const names = ["largeAuthor", "smallAuthor", "readAuthor", "manyReader", "fewReader", "follower"] as const;
  const people = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await signUp(url, name.toLowerCase())]))) as unknown as People;
  const started = performance.now();
  await buildGraph(
    databases,
    {
      author: people.largeAuthor.id,
      followers,
      reader: people.manyReader.id,
      followees,
      postsPerFollowee: 20,
      largeFollowees: 300,
      fewReader: people.fewReader.id,
      few,
      readAuthor: people.readAuthor.id,
      readers,
    },
    progress,
  );
  const buildSeconds = (performance.now() - started) / 1_000;
  for (const author of [people.largeAuthor, people.smallAuthor, people.readAuthor]) await people.follower.call("POST", `/api/v1/users/${author.id}/follow`);
  for (let n = 1; n < few; n++) await (await signUp(url, `fan_${n}`)).call("POST", `/api/v1/users/${people.smallAuthor.id}/follow`);
  return { people, buildSeconds };
}

/** Calls in turn, at a fixed rate whether or not the one before has been answered; milliseconds from when each was due. */
async function atRate(perSecond: number, seconds: number, calls: readonly (() => Promise<unknown>)[]): Promise<number[][]> {
  const times = calls.map((): number[] => []);
  const started = performance.now();
  const pending: Promise<void>[] = [];
  for (let n = 0; n < perSecond * seconds; n++) {
    const due = started + (n * 1_000) / perSecond;
    const wait = due - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const which = n % calls.length;
    pending.push((calls[which] as () => Promise<unknown>)().then(() => void times[which]?.push(performance.now() - due)));
  }
  await Promise.all(pending);
  return times;
}

const post = (author: Person) => author.call<{ id: string }>("POST", "/api/v1/posts", { content: "What a lot of people", postType: "TEXT" });
const timed = async (work: () => Promise<unknown>) => {
  const started = performance.now();
  await work();
  return performance.now() - started;
};

/** Milliseconds from before a post is sent until an active follower is told of it, and until it is in their feed. */
async function untilSeen(url: string, author: Person, follower: Person, times: number): Promise<{ told: number[]; inFeed: number[] }> {
  const socket = io(url, { path: "/notifications/socket.io", transports: ["websocket"], auth: { token: follower.token } });
  const waiting = new Map<string, (at: number) => void>();
  const arrived = new Map<string, number>();
  socket.on("new_post", ({ post: { id } }: { post: { id: string } }) => {
    arrived.set(id, performance.now());
    waiting.get(id)?.(performance.now());
  });
  await socket.timeout(5_000).emitWithAck("subscribe-feed");
  const [told, inFeed]: [number[], number[]] = [[], []];
  try {
    for (let n = 0; n < times; n++) {
      const started = performance.now();
      const { id } = await post(author);
      const toldAt = new Promise<number>((resolve, reject) => {
        const at = arrived.get(id);
        if (at !== undefined) return resolve(at);
        waiting.set(id, resolve);
        setTimeout(() => reject(new Error("nobody was told of a post")), 10_000).unref();
      });
      for (;;) {
        const { data } = await follower.call<{ data: { id: string }[] }>("GET", "/api/v1/feed?limit=5");
        if (data.some((item) => item.id === id)) break;
        if (performance.now() - started > 10_000) throw new Error("a post is in no feed");
      }
      inFeed.push(performance.now() - started);
      told.push((await toldAt) - started);
    }
  } finally {
    socket.disconnect();
  }
  return { told, inFeed };
}

/** Rows that one post of each author comes to, in all databases: of feeds, and all together. */
async function rowsPerPost({ databases }: System, authors: readonly { name: string; author: Person }[], posts: number) {
  const written: { name: string; feed: number; all: number }[] = [];
  let before = await rowsWritten(databases);
  for (const { name, author } of authors) {
    for (let n = 0; n < posts; n++) await post(author);
    const after = await rowsWritten(databases);
    const each = [...after].map(([table, rows]) => ({ table, rows: (rows - (before.get(table) ?? 0)) / posts }));
    const sum = (of: typeof each) => of.reduce((total, { rows }) => total + rows, 0);
    written.push({ name, feed: sum(each.filter(({ table }) => table.includes(".feed_"))), all: sum(each) });
    before = after;
  }
  return written;
}

async function measure(bench: Bench): Promise<Measured> {
  const system = await startSystem(bench.directory);
  try {
    const { people, buildSeconds } = await prepare(system, bench.progress);
    const { largeAuthor, smallAuthor, readAuthor, manyReader, fewReader, follower } = people;
    const page = (reader: Person) => () => reader.call("GET", "/api/v1/feed");
    const firstRead = { few: await timed(page(fewReader)), many: await timed(page(manyReader)) };
    await page(follower)();
    // On warm code.
    await atRate(40, 5, [page(fewReader), page(manyReader), () => post(largeAuthor), () => post(smallAuthor)]);

    const pages = { few: [] as number[][], many: [] as number[][] };
    const accepted = { small: [] as number[][], large: [] as number[][] };
    for (let round = 1; round <= bench.rounds; round++) {
      const [fewTimes = [], manyTimes = []] = await atRate(40, bench.seconds * 2, [page(fewReader), page(manyReader)]);
      const [small = [], large = []] = await atRate(20, bench.seconds * 2, [() => post(smallAuthor), () => post(largeAuthor)]);
      pages.few.push(fewTimes);
      pages.many.push(manyTimes);
      accepted.small.push(small);
      accepted.large.push(large);
      bench.progress(
        `round ${round}: page p99 ${percentile(fewTimes, 99).toFixed(1)} and ${percentile(manyTimes, 99).toFixed(1)} ms, accepted p50 ${median(small).toFixed(1)} and ${median(large).toFixed(1)} ms`,
      );
    }
    const authors = [
      { name: `${few} followers`, author: smallAuthor },
      { name: `${count(readers + 1)} followers, all of whom read`, author: readAuthor },
      { name: `${count(followers)} followers`, author: largeAuthor },
    ];
    const seen = [];
    for (const { name, author } of authors) seen.push({ name, ...(await untilSeen(system.url, author, follower, 20)) });
    const written = await rowsPerPost(system, authors, 10);
    for (const { name, feed, all } of written) bench.progress(`${name}: ${feed} rows in feeds and ${all} rows in all for each post`);

    const two = (of: Record<string, number[]>, names: [string, string]) => Object.values(of).map((samples, n) => ({ name: names[n] as string, samples }));
    /** One figure of each round. */
    const perRound = (of: Record<string, number[][]>, percent: number) =>
      Object.fromEntries(Object.entries(of).map(([name, rounds]) => [name, rounds.map((times) => percentile(times, percent))]));
    const p99 = (rounds: number[][]) => percentile(rounds.flat(), 99);
    const p50 = (rounds: number[][]) => median(rounds.flat());
    const readersOf: [string, string] = [`${few} followees`, `${count(followees)} followees`];
    const authorsOf: [string, string] = [`${few} followers`, `${count(followers)} followers`];
    return {
      series: [
        { title: "home feed page, p50", unit: "ms", better: "lower", bars: two(perRound(pages, 50), readersOf) },
        { title: "home feed page, p99", unit: "ms", better: "lower", bars: two(perRound(pages, 99), readersOf) },
        {
          title: "first page of somebody whose feed is not kept yet",
          unit: "ms",
          better: "lower",
          bars: two({ a: [firstRead.few], b: [firstRead.many] }, readersOf),
        },
        { title: "post accepted, p50, by its author's followers", unit: "ms", better: "lower", bars: two(perRound(accepted, 50), authorsOf) },
        { title: "post sent until a follower is told (new_post)", unit: "ms", better: "lower", bars: seen.map(({ name, told }) => ({ name, samples: told })) },
        { title: "post sent until it is in a follower's feed", unit: "ms", better: "lower", bars: seen.map(({ name, inFeed }) => ({ name, samples: inFeed })) },
        { title: "rows written into feeds for each post", unit: "rows", better: "lower", bars: written.map(({ name, feed }) => ({ name, samples: [feed] })) },
        {
          title: "rows written in all databases for each post",
          unit: "rows",
          better: "lower",
          bars: written.map(({ name, all }) => ({ name, samples: [all] })),
        },
      ],
      floors: [
        {
          what: `home feed page, p99: ${count(followees)} followees to ${few}`,
          value: p99(pages.many) / p99(pages.few),
          bound: { atMost: 1.5 },
        },
        {
          what: `post accepted, median: an author with ${count(followers)} followers to one with ${few}`,
          value: p50(accepted.large) / p50(accepted.small),
          bound: { atMost: 1.2 },
        },
        { what: `${count(followers)} followers and ${count(followees)} followees built in`, value: buildSeconds, bound: { atMost: 120 }, unit: "s" },
      ],
      notes: [
        `The reader of ${count(followees)} follows the author with ${count(followers)} followers and 300 other authors above the threshold; every followee has 20 posts of the last 30 days. ${count(readers)} others have kept feeds.`,
        "Everything in one process (npm start), durable commits; requests at a fixed rate (40 pages, 20 posts a second), the two in turn, timed from when they were due.",
        "The ratio of 99th percentiles is of all rounds' requests together; the bars show each round's.",
      ],
    };
  } finally {
    await system.close();
  }
}

export const graph: Row = {
  name: "graph",
  what: `an author with ${count(followers)} followers, a reader of ${count(followees)} authors`,
  measure,
};
