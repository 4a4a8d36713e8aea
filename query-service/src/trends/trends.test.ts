import { asPostId, asUserId } from "@newfeed/shared/contracts/ids.ts";
import { transact } from "@newfeed/shared/outbox/transact.ts";
import { openServiceDatabase } from "@newfeed/shared/testing/own-database.ts";
import fc from "fast-check";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { hourMs, hourOf } from "../decay.ts";
import { queryService } from "../service.ts";
import { createTrendStore, type TrendStore, trendOperationsOn } from "./store.ts";
import { type PostEvent, taggedPostsIn, windowHours } from "./uses.ts";

let database: Awaited<ReturnType<typeof openServiceDatabase>>;
let store: TrendStore;
beforeAll(async () => {
  database = await openServiceDatabase("trends", queryService);
  store = createTrendStore(database);
});
afterAll(() => database.close());
beforeEach(() => database.query("TRUNCATE tagged_post, tag_use, trend_hour, trend, announced_trends, newfeed.outbox"));

const now = Date.UTC(2026, 0, 31, 12, 20);
const accountAgeHours = 24;
const authors = Array.from({ length: 6 }, () => asUserId(uuidv7({ msecs: now - 100 * hourMs })));
const newAccounts = Array.from({ length: 4 }, () => asUserId(uuidv7({ msecs: now - 5 * hourMs })));
const tags = ["ants", "bees"];

interface Post {
  /** Of all, the new accounts behind the others. */
  author: number;
  hoursAgo: number;
  /** Of each revision. */
  revisions: { tags: string[]; isPublic: boolean }[];
  deleted: boolean;
}
const mostly = (value: boolean) => fc.oneof({ arbitrary: fc.constant(value), weight: 4 }, { arbitrary: fc.constant(!value), weight: 1 });
const revision = fc.record({ tags: fc.subarray(tags), isPublic: mostly(true) });
const post: fc.Arbitrary<Post> = fc.record({
  author: fc.nat(authors.length + newAccounts.length - 1),
  hoursAgo: fc.double({ min: 0, max: 36, noNaN: true }),
  revisions: fc.array(revision, { minLength: 1, maxLength: 3 }),
  deleted: mostly(false),
});

const authorOf = ({ author }: Post) => [...authors, ...newAccounts][author] as (typeof authors)[number];

function eventsOf(post: Post): PostEvent[] {
  const id = asPostId(uuidv7());
  const event = (type: string, revision: number, data: object) => ({ type, aggregate: { id, revision }, data }) as unknown as PostEvent;
  const publishedAt = new Date(now - post.hoursAgo * hourMs).toISOString();
  const versions = post.revisions.map(({ tags, isPublic }, index) =>
    event(index === 0 ? "post.created" : "post.updated", index + 1, {
      post: {
        ...{ id, author: { id: authorOf(post) }, status: "published", visibility: isPublic ? "public" : "followers", publishedAt },
        ...{ title: null, content: tags.map((tag) => `#${tag}`).join(" ") },
      },
    }),
  );
  const deleted = event("post.deleted", versions.length + 1, { postId: id, authorId: authorOf(post) });
  return post.deleted ? [...versions, deleted] : versions;
}

/** The trends by counting all of it: each with its score. */
function expectedOf(posts: readonly Post[], at: number): Map<string, { authors: number; score: number }> {
  const found = new Map<string, { authors: number; score: number }>();
  for (const tag of tags) {
    const newest = new Map<number, number>();
    for (const post of posts) {
      const last = post.revisions.at(-1);
      const isNew = post.author >= authors.length;
      if (post.deleted || isNew || !last?.isPublic || !last.tags.includes(tag)) continue;
      const hour = hourOf(now - post.hoursAgo * hourMs).getTime();
      newest.set(post.author, Math.max(newest.get(post.author) ?? 0, hour));
    }
    const ages = [...newest.values()].map((hour) => (hourOf(at).getTime() - hour) / hourMs).filter((age) => age < windowHours);
    if (ages.length >= 3) found.set(tag, { authors: ages.length, score: ages.reduce((sum, age) => sum + 2 ** (-age / (windowHours / 4)), 0) });
  }
  return found;
}

const take = (events: readonly PostEvent[]) =>
  database.transaction((query) =>
    trendOperationsOn({ query, enqueue: async () => {} }).saveUses(taggedPostsIn(events, { now, accountAgeHours }), new Date(now)),
  );

/** Public posts with a tag, by so many of them, an hour ago. */
const by = (ids: readonly number[], tag: string, hoursAgo = 1): Post[] =>
  ids.map((author) => ({ author, hoursAgo, revisions: [{ tags: [tag], isPublic: true }], deleted: false }));

describe("trends", () => {
  test("are as by counting all of it, in whatever order events come, and as time goes by", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(post, { maxLength: 40, size: "max" }), fc.infiniteStream(fc.nat(1_000)), async (posts, numbers) => {
        await database.query("TRUNCATE tagged_post, tag_use, trend_hour, trend");
        const order = posts.flatMap(eventsOf).map((event) => ({ event, place: numbers.next().value as number }));
        const events = order.sort((one, other) => one.place - other.place).map(({ event }) => event);
        for (let first = 0; first < events.length; first += 7) await take(events.slice(first, first + 7));
        for (const hours of [0, 4, 15]) {
          const later = now + hours * hourMs;
          while ((await store.fade(new Date(later))) > 0);
          const expected = expectedOf(posts, later);
          const found = await store.top();
          expect(new Map(found.map(({ tag, authors }) => [tag, authors]))).toEqual(new Map([...expected].map(([tag, { authors }]) => [tag, authors])));
          const scores = found.map(({ tag }) => expected.get(tag)?.score ?? 0);
          for (const [place, score] of scores.entries()) expect(score).toBeGreaterThanOrEqual((scores[place + 1] ?? 0) - 1e-9);
          const kept = await database.query<{ tag: string; score: number }>("SELECT tag, score FROM trend WHERE authors >= 3");
          // As of the moment, and not of the epoch.
          const halfLives = hourOf(later).getTime() / (windowHours / 4) / hourMs;
          for (const { tag, score } of kept) expect(2 ** (score - halfLives)).toBeCloseTo(expected.get(tag)?.score ?? 0, 6);
        }
      }),
      { numRuns: 15 },
    );
  });

  test("are made by no number of new accounts, nor by one author of many posts", async () => {
    await take([...by([6, 7, 8, 9], "spam"), ...by([0, 0, 0, 0, 0], "loud"), ...by([0, 1, 2], "real")].flatMap(eventsOf));
    expect(await store.top()).toEqual([{ tag: "real", authors: 3 }]);
  });

  test("are announced when they have changed, at most every half minute", async () => {
    const announce = () =>
      transact(
        database,
        () => {},
        (transaction) => trendOperationsOn(transaction).announce(),
      );
    const announced = async () =>
      (await database.query<{ body: string }>("SELECT body FROM newfeed.outbox ORDER BY id")).map(({ body }) => {
        const { aggregate, data } = JSON.parse(body);
        return [aggregate.revision, data.trends.map(({ tag }: { tag: string }) => tag)];
      });
    await take(by([0, 1, 2], "ants").flatMap(eventsOf));
    await announce();
    await announce();
    expect(await announced()).toEqual([[1, ["ants"]]]);
    await take(by([0, 1, 2, 3], "bees").flatMap(eventsOf));
    await announce();
    expect(await announced()).toHaveLength(1);
    await database.query("UPDATE announced_trends SET at = at - interval '31 seconds'");
    await announce();
    await announce();
    expect(await announced()).toEqual([
      [1, ["ants"]],
      [2, ["bees", "ants"]],
    ]);
  });
});
