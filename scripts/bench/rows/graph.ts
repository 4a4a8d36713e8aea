import { io } from "socket.io-client";
import { buildGraph } from "../graph/build.ts";
import { rowsWritten, type System, signUp, startSystem, type User } from "../graph/system.ts";
import type { Bench, Measured, Row } from "../row.ts";
import { median, percentile } from "../statistics.ts";

const followers = 1_000_000;
const followees = 10_000;
const few = 10;
/** Together with the measured reader, the limit of fan-out on write. */
const readers = 4_999;
const count = (n: number) => n.toLocaleString("en");

interface Users {
  /** 1,000,000 followers. */
  largeAuthor: User;
  /** 10 followers. */
  smallAuthor: User;
  /** 5,000 followers, all with a materialised feed. */
  readAuthor: User;
  manyReader: User;
  fewReader: User;
  /** Follows all three authors. */
  follower: User;
}

async function prepare({ url, databases }: System, progress: Bench["progress"]): Promise<{ users: Users; buildSeconds: number }> {
  const names = ["largeAuthor", "smallAuthor", "readAuthor", "manyReader", "fewReader", "follower"] as const;
  const users = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await signUp(url, `graph_${name.toLowerCase()}`)]))) as unknown as Users;
  const started = performance.now();
  await buildGraph(
    databases,
    {
      author: users.largeAuthor.id,
      followers,
      reader: users.manyReader.id,
      followees,
      postsPerFollowee: 20,
      largeFollowees: 300,
      fewReader: users.fewReader.id,
      few,
      readAuthor: users.readAuthor.id,
      readers,
    },
    progress,
  );
  const buildSeconds = (performance.now() - started) / 1_000;
  for (const author of [users.largeAuthor, users.smallAuthor, users.readAuthor]) await users.follower.call("POST", `/api/v1/users/${author.id}/follow`);
  for (let n = 1; n < few; n++) await (await signUp(url, `fan_${n}`)).call("POST", `/api/v1/users/${users.smallAuthor.id}/follow`);
  return { users, buildSeconds };
}

/** Runs the calls in rotation at a fixed rate (open loop). Returns milliseconds from when each call was due. */
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

const post = (author: User) => author.call<{ id: string }>("POST", "/api/v1/posts", { content: "What a lot of people", postType: "TEXT" });
const timed = async (work: () => Promise<unknown>) => {
  const started = performance.now();
  await work();
  return performance.now() - started;
};

/** Milliseconds from sending a post until an active follower receives its signal, and until it is in their feed. */
async function untilSeen(url: string, author: User, follower: User, times: number): Promise<{ signalled: number[]; inFeed: number[] }> {
  const socket = io(url, { path: "/notifications/socket.io", transports: ["websocket"], auth: { token: follower.token } });
  const waiting = new Map<string, (at: number) => void>();
  const arrived = new Map<string, number>();
  socket.on("new_post", ({ post: { id } }: { post: { id: string } }) => {
    arrived.set(id, performance.now());
    waiting.get(id)?.(performance.now());
  });
  await socket.timeout(5_000).emitWithAck("subscribe-feed");
  const [signalled, inFeed]: [number[], number[]] = [[], []];
  try {
    for (let n = 0; n < times; n++) {
      const started = performance.now();
      const { id } = await post(author);
      const signalledAt = new Promise<number>((resolve, reject) => {
        const at = arrived.get(id);
        if (at !== undefined) return resolve(at);
        waiting.set(id, resolve);
        setTimeout(() => reject(new Error("a post's signal did not arrive")), 10_000).unref();
      });
      for (;;) {
        const { data } = await follower.call<{ data: { id: string }[] }>("GET", "/api/v1/feed?limit=5");
        if (data.some((item) => item.id === id)) break;
        if (performance.now() - started > 10_000) throw new Error("a post did not appear in the feed");
      }
      inFeed.push(performance.now() - started);
      signalled.push((await signalledAt) - started);
    }
  } finally {
    socket.disconnect();
  }
  return { signalled, inFeed };
}

/** Rows that a post of each author writes in all databases: feed rows, and all rows. */
async function rowsPerPost({ databases }: System, authors: readonly { name: string; author: User }[], posts: number) {
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
    const { users, buildSeconds } = await prepare(system, bench.progress);
    const { largeAuthor, smallAuthor, readAuthor, manyReader, fewReader, follower } = users;
    const page = (reader: User) => () => reader.call("GET", "/api/v1/feed");
    const firstRead = { few: await timed(page(fewReader)), many: await timed(page(manyReader)) };
    await page(follower)();
    // Warm up.
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
      { name: `${count(readers + 1)} followers, all active readers`, author: readAuthor },
      { name: `${count(followers)} followers`, author: largeAuthor },
    ];
    const seen = [];
    for (const { name, author } of authors) seen.push({ name, ...(await untilSeen(system.url, author, follower, 20)) });
    const written = await rowsPerPost(system, authors, 10);
    for (const { name, feed, all } of written) bench.progress(`${name}: ${feed} feed rows and ${all} rows in all per post`);

    const two = (of: Record<string, number[]>, names: [string, string]) => Object.values(of).map((samples, n) => ({ name: names[n] as string, samples }));
    /** One figure per round. */
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
          title: "first page, which materialises the feed",
          unit: "ms",
          better: "lower",
          bars: two({ a: [firstRead.few], b: [firstRead.many] }, readersOf),
        },
        { title: "post accepted, p50, by its author's followers", unit: "ms", better: "lower", bars: two(perRound(accepted, 50), authorsOf) },
        {
          title: "from sending a post until a follower receives new_post",
          unit: "ms",
          better: "lower",
          bars: seen.map(({ name, signalled }) => ({ name, samples: signalled })),
        },
        {
          title: "from sending a post until it is in a follower's feed",
          unit: "ms",
          better: "lower",
          bars: seen.map(({ name, inFeed }) => ({ name, samples: inFeed })),
        },
        { title: "feed rows written per post", unit: "rows", better: "lower", bars: written.map(({ name, feed }) => ({ name, samples: [feed] })) },
        {
          title: "rows written per post, all databases",
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
        `The reader of ${count(followees)} follows the author with ${count(followers)} followers and 300 other authors above the threshold; every followee has 20 posts of the last 30 days. ${count(readers)} other users have materialised feeds.`,
        "Everything in one process (npm start), durable commits; requests at a fixed rate (40 pages, 20 posts a second), alternating between the two, timed from when they were due.",
        "The ratio of 99th percentiles covers the requests of all rounds together; the bars show each round.",
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
