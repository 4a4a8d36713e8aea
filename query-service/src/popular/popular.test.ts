import { asPostId, asUserId, type PostId } from "@newfeed/shared/contracts/ids.ts";
import { openServiceDatabase } from "@newfeed/shared/testing/own-database.ts";
import fc from "fast-check";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hourMs, hourOf } from "../decay.ts";
import { queryService } from "../service.ts";
import { popularPosts } from "./popular.ts";
import { type ReactionEvent, reactionsIn } from "./reactions.ts";
import { hoursOf, type PopularWindow, weights, windows } from "./score.ts";
import { createPopularityStore, type PopularityStore, popularityOperationsOn } from "./store.ts";

let database: Awaited<ReturnType<typeof openServiceDatabase>>;
let store: PopularityStore;
beforeAll(async () => {
  database = await openServiceDatabase("popular", queryService);
  store = createPopularityStore(database);
});
afterAll(() => database.close());

const now = Date.UTC(2026, 0, 31, 12, 20);
const posts = Array.from({ length: 4 }, () => asPostId(uuidv7()));
const people = Array.from({ length: 4 }, () => asUserId(uuidv7()));
const [author] = people;

/** Somebody likes a post, or comments on it, and may take that back some time later. */
const action = fc.record({
  post: fc.nat(posts.length - 1),
  person: fc.nat(people.length - 1),
  kind: fc.constantFrom("like" as const, "comment" as const),
  // Much of it near the ends of the windows.
  hoursAgo: fc.oneof(...[0, 18, 138].map((min) => fc.double({ min, max: min + 30, noNaN: true })), fc.double({ min: 0, max: 9 * 24, noNaN: true })),
  undone: fc.boolean(),
});
interface Action {
  post: number;
  person: number;
  kind: "like" | "comment";
  hoursAgo: number;
  undone: boolean;
}

interface Done extends Action {
  events: ReactionEvent[];
  at: number;
}

/** The events of actions: a person likes a post once, with revisions, and comments as often as they want. */
function eventsOf(actions: readonly Action[]): Done[] {
  const likes = new Map<string, { id: string; revision: number }>();
  // A like that is made again follows the one before.
  return [...actions]
    .sort((one, other) => other.hoursAgo - one.hoursAgo)
    .map((done) => {
      const at = now - done.hoursAgo * hourMs;
      const [postId, userId] = [posts[done.post] as PostId, people[done.person]];
      const occurredAt = new Date(at).toISOString();
      const event = (type: string, id: string, revision: number, data: object) =>
        ({ type, aggregate: { id, revision }, occurredAt, data }) as unknown as ReactionEvent;
      if (done.kind === "comment") {
        const comment = { id: uuidv7(), postId, deleted: false, held: null, createdAt: occurredAt };
        const data = { authorId: userId, postAuthorId: author, visibility: "public" };
        const made = event("comment.created", comment.id, 1, { ...data, comment });
        const removed = event("comment.deleted", comment.id, 2, { commentId: comment.id, postId, authorId: userId });
        return { ...done, at, events: done.undone ? [made, removed] : [made] };
      }
      const key = `${postId} ${userId}`;
      const like = likes.get(key) ?? { id: uuidv7(), revision: 0 };
      likes.set(key, like);
      const data = { postId, postAuthorId: author, userId, visibility: "public" };
      const liked = event("post.liked", like.id, ++like.revision, data);
      const unliked = () => event("post.unliked", like.id, ++like.revision, data);
      return { ...done, at, events: done.undone ? [liked, unliked()] : [liked] };
    });
}

/** The scores of all posts that have one, the highest first. */
function scoresOf(done: readonly Done[], window: PopularWindow, at: number): number[] {
  const hours = hoursOf[window];
  const newest = new Map<string, { post: number; kind: "like" | "comment"; hour: number }>();
  const lastLike = new Map<string, Done>();
  for (const each of done) if (each.kind === "like") lastLike.set(`${each.post} ${each.person}`, each);
  for (const each of done) {
    const { post, person, kind, undone } = each;
    const isOver = undone || person === 0 || (kind === "like" && lastLike.get(`${post} ${person}`) !== each);
    const hour = hourOf(each.at).getTime();
    const known = newest.get(`${post} ${person} ${kind}`);
    if (!isOver && (known?.hour ?? 0) < hour) newest.set(`${post} ${person} ${kind}`, { post, kind, hour });
  }
  const scores = new Map<number, number>();
  for (const { post, kind, hour } of newest.values()) {
    const age = (hourOf(at).getTime() - hour) / hourMs;
    if (age < hours) scores.set(post, (scores.get(post) ?? 0) + weights[kind] * 2 ** (-age / (hours / 4)));
  }
  return [...scores.values()].sort((one, other) => other - one);
}

describe("what is popular", () => {
  test("is ranked as by counting all of it, in whatever order events come, and as time goes by", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 80, size: "max" }), fc.infiniteStream(fc.nat(1_000)), async (actions, numbers) => {
        await database.query("TRUNCATE reaction, popularity_hour, popularity");
        const done = eventsOf(actions);
        const order = done.flatMap(({ events }) => events).map((event) => ({ event, place: numbers.next().value as number }));
        const events = order.sort((one, other) => one.place - other.place).map(({ event }) => event);
        for (let first = 0; first < events.length; first += 7)
          await database.transaction((query) =>
            popularityOperationsOn({ query }).saveReactions(reactionsIn(events.slice(first, first + 7), now), new Date(now)),
          );
        for (const hours of [0, 5, 30]) {
          const later = now + hours * hourMs;
          while ((await store.fade(new Date(later))) > 0);
          for (const window of windows) {
            const expected = scoresOf(done, window, later);
            const found = await store.top(window);
            expect(found).toHaveLength(expected.length);
            // Posts of equal scores may stand in either order.
            const alone = found.map(
              (id) =>
                scoresOf(
                  done.filter(({ post }) => posts[post] === id),
                  window,
                  later,
                )[0] ?? 0,
            );
            for (const [place, score] of alone.entries()) expect(score).toBeCloseTo(expected[place] ?? 0, 9);
          }
        }
      }),
      { numRuns: 15 },
    );
  });

  test("is public, and of posts that are there", async () => {
    await database.query("TRUNCATE reaction, popularity_hour, popularity");
    const likes = eventsOf([0, 1, 2].map((post) => ({ post, person: 1 + post, kind: "like", hoursAgo: 1, undone: false })));
    const take = (work: (operations: ReturnType<typeof popularityOperationsOn>) => Promise<void>) =>
      database.transaction((query) => work(popularityOperationsOn({ query })));
    const reactions = reactionsIn(
      likes.flatMap(({ events }) => events),
      now,
    );
    await take((operations) => operations.saveReactions(reactions, new Date(now)));
    const [first, second, third] = posts as [PostId, PostId, PostId];
    expect((await store.top("day")).sort()).toEqual([first, second, third].sort());
    await take((operations) => operations.savePosts([{ id: first, revision: 1, isPublic: false }]));
    await take((operations) => operations.removePosts([second]));
    expect(await store.top("day")).toEqual([third]);
    // What comes later of a deleted post changes nothing.
    await take((operations) =>
      operations.saveReactions(
        reactions.map((reaction) => ({ ...reaction, id: uuidv7(), isPublic: reaction.postId !== first })),
        new Date(now),
      ),
    );
    expect(await store.top("day")).toEqual([third]);
    await take((operations) => operations.savePosts([{ id: first, revision: 1, isPublic: true }]));
    expect((await store.top("day")).sort()).toEqual([first, third].sort());
  });

  test("is looked for behind the first when a viewer may not see those", async () => {
    const ids = Array.from({ length: 30 }, () => asPostId(uuidv7()));
    const asked: number[] = [];
    const page = await popularPosts(
      {
        ranking: { top: async () => ids },
        clients: {
          async postsAsSeen(_viewer, some) {
            asked.push(some.length);
            return some.map((id) => (ids.indexOf(id) % 2 === 0 ? null : ({ id, visibility: "public" } as never)));
          },
        },
      },
      null,
      { window: "day", limit: 10 },
    );
    expect(page.map(({ id }) => id)).toEqual(ids.filter((_, place) => place % 2 === 1).slice(0, 10));
    expect(asked).toEqual([10, 20]);
  });
});
