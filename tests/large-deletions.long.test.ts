import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { queueOf } from "@newfeed/shared/contracts/events.ts";
import { type StoringServiceName, storingServiceNames } from "@newfeed/shared/contracts/services.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closedAfterEach, openSocket, type SocketListener } from "./support/clients.ts";
import { createPost, sendComment } from "./support/comments.ts";
import { type SignedIn, signInAs, startTestFeed, type TestFeed } from "./support/feed.ts";
import { commentedPost, fill, popularPost } from "./support/large-accounts.ts";

/**
 * The deletion of an author who wrote very much, and of a post that very many wrote under and like. `npm test` runs a short form
 * beside other tests, where times mean little. CROWDS=full, for a quiet machine: 300,000 comments and 200,000 posts, and nobody
 * else waits.
 */
const full = process.env.CROWDS === "full";
const scale = full ? 1_000 : 8;
const counts = { comments: 300 * scale, posts: 200 * scale };

let feed: TestFeed;
let bus: RawDatabase;
let databases: RawDatabase[];
const listening = closedAfterEach();
beforeAll(async () => {
  feed = await startTestFeed();
  bus = await feed.platform.openDatabase("bus" as StoringServiceName);
  databases = await Promise.all(storingServiceNames.map((name) => feed.platform.openDatabase(name)));
});
afterAll(() => feed.close());

const exists = async (database: RawDatabase, from: string) => (await database.query(`SELECT 1 FROM ${from} LIMIT 1`)).length > 0;
/** Neither a job nor one of its events is left; those in the outbox and on the bus are `onTheirWay`. */
async function isWorkedOff(): Promise<boolean> {
  for (const database of databases) for (const from of ["newfeed.job", "newfeed.bulk_event"]) if (await exists(database, from)) return false;
  return true;
}
async function onTheirWay(): Promise<boolean> {
  for (const database of databases) if (await exists(database, "newfeed.outbox WHERE sent_at IS NULL")) return true;
  return exists(bus, "message");
}
/** Events begin jobs, and jobs events. */
const isDone = async () => (await isWorkedOff()) && !(await onTheirWay()) && (await isWorkedOff());
const percentile = (times: readonly number[], share: number) => times.toSorted((one, other) => one - other)[Math.floor(times.length * share)] ?? 0;

test("very large deletions are hidden at once, are done in the end, and stand behind what others do", { timeout: full ? 3_600_000 : 180_000 }, async () => {
  const [author, friend, owner, writer, reader] = await Promise.all(["author", "friend", "owner", "writer", "reader"].map((name) => feed.person(name)));
  if (!author || !friend || !owner || !writer || !reader) throw new Error("somebody is missing");
  const probed = await createPost(reader);
  await fill(feed, { author, friend, owner }, counts);
  const sockets: SocketListener[] = [];
  const listenAs = async (token: string) => {
    const socket = listening(await openSocket(feed, { token }));
    await socket.ask("subscribe");
    sockets.push(socket);
  };
  await listenAs(reader.token);

  const [lists, deliveries, depths]: [number[], number[], number[]] = [[], [], []];
  let ended = false;
  const every = async (milliseconds: number, work: () => Promise<unknown>) => {
    while (!ended) await Promise.all([work(), sleep(milliseconds)]);
  };
  const timed = async (times: number[], work: () => Promise<unknown>) => {
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
  };
  const delay = monitorEventLoopDelay({ resolution: 10 });

  expect((await author.delete("/api/auth/me", { password: author.password })).status).toBe(200);
  expect((await owner.delete(`/api/v1/posts/${popularPost}`)).status).toBe(204);
  const authorsShown = async () => (await reader.get("/api/v1/posts?limit=50")).body.data.map((item: { author: { id: string } }) => item.author.id);
  const inboxOf = async (person: typeof owner) => (await person.get("/api/v1/notifications?limit=100")).body.data.map(({ type }: { type: string }) => type);
  await eventually(async () => {
    expect(await authorsShown()).not.toContain(author.id);
    expect((await reader.get(`/api/v1/posts/${commentedPost}/comments`)).body.data).toEqual([]);
    expect((await reader.get(`/api/v1/posts/${popularPost}/comments`)).status).toBe(404);
    expect([await inboxOf(friend), await inboxOf(owner)]).toEqual([["welcome"], ["welcome"]]);
  }, 20_000);
  expect(await isWorkedOff(), "it was hidden before it was removed").toBe(false);

  delay.enable();
  let [reading, writing, signedInAt]: [SignedIn, SignedIn, number] = [reader, writer, performance.now()];
  /** An access token ends after a quarter of an hour, and with it its sockets, before all is done on a slow machine. */
  const signInAgain = async () => {
    if (performance.now() - signedInAt < 600_000) return;
    [reading, writing, signedInAt] = [await signInAs(feed, reader), await signInAs(feed, writer), performance.now()];
    await listenAs(reading.token);
  };
  const probes = [
    every(50, () => timed(lists, async () => expect((await reading.get("/api/v1/posts?limit=20")).status).toBe(200))),
    every(50, () =>
      timed(deliveries, async () => {
        const content = `probe ${deliveries.length}`;
        expect((await sendComment(writing, probed, content)).status).toBe(201);
        await eventually(() => expect(sockets.map((socket) => socket.of("notification").at(-1)?.data.data.comment?.content)).toContain(content), 20_000);
      }),
    ),
    every(1_000, signInAgain),
    every(50, async () => {
      // Nobody waits for the event store, nor do bulk events (docs/decisions/0120-event-store.md).
      const rows = await bus.query<{ waiting: number }>("SELECT count(*) AS waiting FROM message WHERE queue <> $1 GROUP BY queue", [queueOf("event-service")]);
      depths.push(Math.max(0, ...rows.map(({ waiting }) => waiting)));
    }),
  ];
  await eventually(async () => expect(await isWorkedOff()).toBe(true), full ? 3_000_000 : 100_000);
  ended = true;
  await Promise.all(probes);
  delay.disable();
  await eventually(async () => expect(await isDone()).toBe(true), 20_000);
  const [postService, commentService, notificationService] = ["post-service", "comment-service", "notification-service"].map(
    (name) => databases[storingServiceNames.indexOf(name as StoringServiceName)] as RawDatabase,
  );
  for (const [database, from] of [
    [commentService, `comment WHERE author_id = '${author.id}' OR post_id = '${popularPost}'`],
    [postService, `post WHERE author_id = '${author.id}'`],
    [postService, `post_like WHERE post_id = '${popularPost}'`],
    [postService, `counted_comment WHERE NOT deleted AND post_id <> '${probed}'`],
    [postService, `post WHERE comment_count <> 0 AND author_id <> '${reader.id}'`],
    [notificationService, `notification WHERE post_id = '${popularPost}' OR actor_id = '${author.id}'`],
    // The probes are a group of their own.
    [notificationService, `notification_actor WHERE user_id IS DISTINCT FROM '${reader.id}'`],
    [notificationService, `notification_comment WHERE actor_id <> '${writer.id}'`],
    [notificationService, "post_summary WHERE content = 'words'"],
    [notificationService, "newfeed.dead_letter"],
  ] as const)
    expect(await exists(database as RawDatabase, from), from).toBe(false);
  for (const person of [friend, owner]) expect((await (await signInAs(feed, person)).get("/api/v1/notifications/unread-count")).body.unreadCount).toBe(1);
  // Fifty bulk events of each of two producers, and what others do; only behind a consumer that stands still there are more.
  expect(percentile(depths, 0.9)).toBeLessThan(200);
  if (!full) return;
  const measured = { list: percentile(lists, 0.99), delivery: percentile(deliveries, 0.99), eventLoop: delay.max / 1e6 };
  expect(measured.list, JSON.stringify(measured)).toBeLessThan(500);
  expect(measured.delivery, JSON.stringify(measured)).toBeLessThan(500);
  expect(measured.eventLoop, JSON.stringify(measured)).toBeLessThan(200);
});
