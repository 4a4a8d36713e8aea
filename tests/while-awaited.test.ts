import type { StoringServiceName } from "@newfeed/shared/contracts/services.ts";
import type { RawQuery } from "@newfeed/shared/ports/database.ts";
import { PostService } from "@newfeed/shared/proto/newfeed/v1/post_pb.ts";
import { SearchService } from "@newfeed/shared/proto/newfeed/v1/search_pb.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPost } from "./support/comments.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { grpcClient } from "./support/grpc.ts";

let feed: TestFeed;
let alice: Person;
let postId: string;
beforeAll(async () => {
  feed = await startTestFeed();
  alice = await feed.person("alice");
  postId = await createPost(alice);
  // The home feed is materialised by its first read.
  await alice.get("/api/v1/feed");
});
afterAll(() => feed.close());

/** After so long a statement that waits for a lock ends by itself. */
const lockTimeoutMs = 4_000;

/** Holds a table of a service, to which no work in the background comes, so that every statement about it waits. `work` gets the number of those that do. */
async function holding(service: StoringServiceName, table: string, work: (waiting: () => Promise<number>) => Promise<void>): Promise<void> {
  const database = await feed.platform.openDatabase(service);
  await database.transaction(async (query: RawQuery) => {
    await query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    const blocked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND state = 'active'";
    // Not within the transaction, in which what it says stays the same.
    await work(async () => (await database.query<{ count: number }>(blocked))[0]?.count ?? 0);
  });
}

/** Begins a call whose statement waits, has its caller leave, and expects the statement to end in the database. */
const endsWithItsCaller = (service: StoringServiceName, table: string, begin: (signal: AbortSignal) => Promise<unknown>) =>
  holding(service, table, async (waiting) => {
    const caller = new AbortController();
    const left = expect(begin(caller.signal)).rejects.toThrow();
    await eventually(async () => expect(await waiting()).toBeGreaterThan(0));
    const leftAt = performance.now();
    caller.abort();
    await left;
    await eventually(async () => expect(await waiting()).toBe(0));
    expect(performance.now() - leftAt).toBeLessThan(lockTimeoutMs - 500);
  });

const headers = () => ({ authorization: `Bearer ${alice.token}`, "content-type": "application/json" });

describe("what a call reads ends in the database", () => {
  test("with the deadline of a call over gRPC", async () => {
    const posts = grpcClient(feed, PostService, alice);
    await holding("post-service", "feed_item", async (waiting) => {
      const beganAt = performance.now();
      const refused = expect(posts.getFeed({}, { timeoutMs: 1_500 })).rejects.toThrow("deadline_exceeded");
      await eventually(async () => expect(await waiting()).toBeGreaterThan(0));
      await refused;
      await eventually(async () => expect(await waiting()).toBe(0));
      expect(performance.now() - beganAt).toBeLessThan(lockTimeoutMs);
    });
    expect((await posts.getFeed({})).data.map(({ id }) => id)).toContain(postId);
  });

  test("with a call over gRPC that is cancelled", () =>
    endsWithItsCaller("query-service", "indexed_post", (signal) => grpcClient(feed, SearchService, alice).searchPosts({ q: "word" }, { signal })));

  test("with a client that leaves, over REST and GraphQL", async () => {
    await endsWithItsCaller("post-service", "feed_item", (signal) => fetch(`${feed.url}/api/v1/feed`, { headers: headers(), signal }));
    const body = JSON.stringify({ query: "{ getNewsFeed { posts { id } } }" });
    await endsWithItsCaller("post-service", "feed_item", (signal) => fetch(`${feed.url}/graphql`, { method: "POST", body, headers: headers(), signal }));
    expect((await alice.get("/api/v1/feed")).body.data).toHaveLength(1);
  });

  test("with the search that has asked another service for it", () =>
    endsWithItsCaller("user-service", "profile_word", (signal) => fetch(`${feed.url}/api/v1/search?q=alice&type=users`, { headers: headers(), signal })));
});

describe("what goes on without its caller", () => {
  test("is a change: it is there for those who ask again", async () => {
    const likes = async () => (await alice.get(`/api/v1/posts/${postId}`)).body.likeCount;
    await holding("post-service", "post", async (waiting) => {
      const caller = new AbortController();
      const left = expect(fetch(`${feed.url}/api/v1/posts/${postId}/like`, { method: "POST", headers: headers(), signal: caller.signal })).rejects.toThrow();
      await eventually(async () => expect(await waiting()).toBeGreaterThan(0));
      caller.abort();
      await left;
    });
    await eventually(async () => expect(await likes()).toBe(1));
  });

  test("is an answer that visitors share: one that leaves takes it from nobody", async () => {
    const ask = (signal?: AbortSignal) => fetch(`${feed.url}/api/v1/posts?limit=7`, signal ? { signal } : {});
    let stays: Promise<Response> | undefined;
    await holding("post-service", "post", async (waiting) => {
      const caller = new AbortController();
      const left = expect(ask(caller.signal)).rejects.toThrow();
      await eventually(async () => expect(await waiting()).toBeGreaterThan(0));
      stays = ask();
      caller.abort();
      await left;
      expect(await waiting()).toBeGreaterThan(0);
    });
    expect((await stays)?.status).toBe(200);
  });
});
