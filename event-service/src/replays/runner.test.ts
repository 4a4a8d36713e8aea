import { randomUUID } from "node:crypto";
import type { Event } from "@newfeed/shared/contracts/events.ts";
import { asUserId } from "@newfeed/shared/contracts/ids.ts";
import type { CreateReplay } from "@newfeed/shared/contracts/routes/replays.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { openServiceDatabase } from "@newfeed/shared/testing/own-database.ts";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { firstIdAt } from "../event-ids.ts";
import { eventService } from "../service.ts";
import { appendEvents, createStore, type Store } from "../store.ts";
import { askForReplay, changeReplay, toReplay } from "./replays.ts";
import { startReplays } from "./runner.ts";
import { createReplayStore, type ReplayStore } from "./store.ts";

let database: RawDatabase;
let events: Store;
let replays: ReplayStore;
let runners: { wake(): void; close(): Promise<void> }[];
/** What the consumer was given, by replay. */
let sent: { replayId: string; ids: readonly string[] }[];
let consume: (ids: readonly string[]) => Promise<{ handled: number; failed: { reason: string }[] }>;

beforeAll(async () => {
  database = await openServiceDatabase("replays", eventService);
  [events, replays] = [createStore(database), createReplayStore(database)];
});
afterAll(() => database.close());
beforeEach(() => {
  [runners, sent] = [[], []];
  consume = async (ids) => ({ handled: ids.length, failed: [] });
});
afterEach(() => Promise.all(runners.map((runner) => runner.close())));

const run = (store: Pick<ReplayStore, "take" | "advance"> = replays) => {
  const runner = startReplays({
    replays: store,
    events,
    failed: () => {},
    async send(_consumer, replayId, ids) {
      const answer = await consume(ids);
      sent.push({ replayId, ids });
      return answer;
    },
  });
  runners.push(runner);
  runner.wake();
  return runner;
};

let start = Date.now() - 3_600_000;
/** Likes of a post, a second apart; each tenth is a comment's. */
async function keepLikes(count: number): Promise<{ postId: string; all: Event[]; from: string; to: string }> {
  const postId = randomUUID();
  const begin = start;
  const all = Array.from({ length: count }, (_, n): Event => {
    const time = begin + n * 1_000;
    const id = `${firstIdAt(time).slice(0, 14)}7${randomUUID().slice(15)}`;
    const type = n % 10 === 9 ? "like.created" : "post.liked";
    return {
      ...{ id, type, aggregate: { type: "post", id: postId, revision: n + 1 }, actorId: asUserId(randomUUID()) },
      ...{ occurredAt: new Date(time).toISOString(), correlationId: "test", data: { postId } },
    } as unknown as Event;
  });
  await database.transaction((query) => appendEvents(query, all, (event) => JSON.stringify(event), 0));
  start += count * 1_000;
  return { postId, all, from: new Date(begin).toISOString(), to: new Date(start).toISOString() };
}
const ask = (asked: Partial<CreateReplay> & Pick<CreateReplay, "from">) => askForReplay(replays, null, { consumer: "query-service", rate: 5_000, ...asked });
const sentTo = (replayId: string) => sent.filter((each) => each.replayId === replayId).flatMap(({ ids }) => ids);
const stateOf = async (id: string) => {
  const found = await replays.find(id);
  if (!found) throw new Error("no replay");
  return toReplay(found);
};
const idsOf = (some: readonly Event[]) => some.map(({ id }) => id);

test("events of a time go to the consumer in order, each once, and what is empty is left out", async () => {
  const { all, from, to } = await keepLikes(250);
  await keepLikes(5);
  await database.query("UPDATE event SET body = NULL WHERE id = $1", [all[100]?.id]);
  const { id } = await ask({ from, to });
  run();
  await eventually(async () => expect(await stateOf(id)).toMatchObject({ state: "done", progress: 1, handled: 249, empty: 1, failed: 0 }));
  expect(sentTo(id)).toEqual(idsOf(all.filter((_, n) => n !== 100)));
});

test("types and an aggregate narrow it", async () => {
  const [first, second] = [await keepLikes(30), await keepLikes(30)];
  const [oneType, twoTypes, ofOne] = [
    await ask({ from: first.from, to: first.to, types: ["LIKE_CREATED"] }),
    await ask({ from: first.from, to: first.to, types: ["like.created", "like.deleted"] }),
    await ask({ from: first.from, to: second.to, aggregate: second.postId }),
  ];
  run();
  await eventually(async () => {
    for (const { id } of [oneType, twoTypes, ofOne]) expect((await stateOf(id)).state).toBe("done");
  });
  const likes = idsOf(first.all.filter(({ type }) => type === "like.created"));
  expect([sentTo(oneType.id), sentTo(twoTypes.id), sentTo(ofOne.id)]).toEqual([likes, likes, idsOf(second.all)]);
  await expect(ask({ from: first.from, types: ["user.registered"] })).rejects.toMatchObject({ code: "validation_failed" });
});

test("it pauses, goes on where it was, also in another instance, and is cancelled", async () => {
  const { all, from, to } = await keepLikes(300);
  const { id } = await ask({ from, to });
  let pass: (() => void) | undefined;
  consume = async (ids) => {
    if (sentTo(id).length > 0)
      await new Promise<void>((resolve) => {
        pass = resolve;
      });
    return { handled: ids.length, failed: [] };
  };
  const first = run();
  await eventually(async () => expect((await stateOf(id)).handled).toBe(100));
  await eventually(() => expect(pass).toBeDefined());
  expect(await changeReplay(replays, id, "pause")).toMatchObject({ state: "paused" });
  await expect(changeReplay(replays, id, "pause")).rejects.toMatchObject({ code: "conflict" });
  pass?.();
  await first.close();
  // What was under way when it paused was handled, and comes again: the consumer knows it.
  expect((await stateOf(id)).handled).toBe(100);
  consume = async (ids) => ({ handled: ids.length, failed: [] });
  const second = run();
  await changeReplay(replays, id, "resume");
  second.wake();
  await eventually(async () => expect(await stateOf(id)).toMatchObject({ state: "done", handled: 300 }));
  expect([...new Set(sentTo(id))].sort()).toEqual(idsOf(all).sort());

  const other = await ask({ from, to, rate: 1 });
  second.wake();
  await eventually(async () => expect((await stateOf(other.id)).handled).toBeGreaterThan(0));
  await changeReplay(replays, other.id, "cancel");
  await expect(changeReplay(replays, other.id, "resume")).rejects.toMatchObject({ code: "conflict" });
  await expect(changeReplay(replays, randomUUID(), "pause")).rejects.toMatchObject({ code: "not_found" });
});

test("while the consumer is away it waits, and what fails is counted with its reason", async () => {
  const { from, to } = await keepLikes(20);
  let away = 1;
  consume = async (ids) => {
    if (away-- > 0) throw new Error("away");
    return { handled: ids.length, failed: [{ reason: "Error: no" }] };
  };
  const { id } = await ask({ from, to });
  run();
  await eventually(async () => expect(await stateOf(id)).toMatchObject({ state: "done", handled: 19, failed: 1, lastFailure: "Error: no" }));
});

test("it keeps to its rate", async () => {
  const { from, to } = await keepLikes(60);
  const { id } = await ask({ from, to, rate: 20 });
  const began = Date.now();
  run();
  await eventually(async () => expect((await stateOf(id)).state).toBe("done"));
  expect(Date.now() - began).toBeGreaterThan(1_900);
});

test("it leaves most of the time to others, however fast it may be", async () => {
  const { from, to } = await keepLikes(250);
  const spans: [number, number][] = [];
  consume = async (ids) => {
    const began = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 60));
    spans.push([began, performance.now()]);
    return { handled: ids.length, failed: [] };
  };
  const { id } = await ask({ from, to });
  run();
  await eventually(async () => expect((await stateOf(id)).state).toBe("done"), 10_000);
  expect(spans).toHaveLength(3);
  const busy = spans.slice(0, -1).reduce((sum, [began, ended]) => sum + ended - began, 0);
  expect(busy / ((spans.at(-1)?.[0] ?? 0) - (spans[0]?.[0] ?? 0))).toBeLessThan(0.15);
});

test("one that is cancelled while it rests sends nothing more", async () => {
  const { from, to } = await keepLikes(250);
  const { id } = await ask({ from, to });
  consume = async (ids) => {
    await new Promise((resolve) => setTimeout(resolve, 60));
    return { handled: ids.length, failed: [] };
  };
  let advances = 0;
  const counted = async (...step: Parameters<ReplayStore["advance"]>) => {
    const held = await replays.advance(...step);
    advances++;
    return held;
  };
  run({ ...replays, advance: counted });
  await eventually(() => expect(advances).toBe(1));
  await changeReplay(replays, id, "cancel");
  // After its rest.
  await eventually(() => expect(advances).toBe(2));
  expect(await stateOf(id)).toMatchObject({ state: "cancelled", handled: 100 });
  expect(sentTo(id)).toHaveLength(100);
});
