import { createIndexing, indexPosts, publishedPosts } from "@newfeed/query-service/search/indexing.ts";
import { createIndexStore, indexOperationsOn } from "@newfeed/query-service/search/store.ts";
import { createServiceClients } from "@newfeed/query-service/service-clients.ts";
import type { PostHit, TagHit } from "@newfeed/shared/contracts/routes/search.ts";
import { createServiceClient } from "@newfeed/shared/http/service-client.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { createPost } from "./support/comments.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";

let feed: TestFeed;
beforeAll(async () => {
  const url = inject("searchUrl");
  feed = await startTestFeed({ TRENDS_ACCOUNT_AGE_HOURS: "0", ...(url && { SEARCH_URL: url }) });
});
afterAll(() => feed.close());

type Reader = Pick<Person, "get">;
const visitor: Reader = { get: (path) => feed.call("GET", path) };

async function find(reader: Reader, q: string): Promise<string[]> {
  const { status, body } = await reader.get(`/search/posts?q=${encodeURIComponent(q)}`);
  expect(status).toBe(200);
  return body.data.map(({ post }: PostHit) => post.id);
}
async function tags(reader: Reader, q: string): Promise<Record<string, number>> {
  const { body } = await reader.get(`/search/tags?q=${encodeURIComponent(q)}`);
  return Object.fromEntries(body.data.map(({ tag, posts }: TagHit) => [tag, posts]));
}
/** Two seconds on a machine with nothing else to do. */
const soon = (check: () => Promise<void>) => eventually(check, 10_000);

describe("a search for posts", () => {
  test("finds a post soon after its publication, as it is now, and not any more once it is deleted", async () => {
    const [alice, bob] = [await feed.person("alice"), await feed.person("bob")];
    const id = await createPost(alice, { title: "Sunrise", content: "Zinnias in the garden #flowers" });
    await soon(async () => expect(await find(bob, "zinnia")).toEqual([id]));
    await bob.post(`/api/v1/posts/${id}/like`);
    const { body } = await bob.get("/api/v1/search/posts?q=zinnias%20sunrise");
    expect(body.data).toMatchObject([
      { post: { id, likeCount: 1, likedByMe: true }, highlights: [{ field: "title" }, { field: "content", start: 0, end: 7 }] },
    ]);
    await alice.patch(`/api/v1/posts/${id}`, { content: "Marigolds in the garden" });
    await soon(async () => expect([await find(bob, "zinnia"), await find(bob, "marigold")]).toEqual([[], [id]]));
    await alice.delete(`/api/v1/posts/${id}`);
    // At once, whatever the index knows.
    expect(await find(bob, "marigold")).toEqual([]);
    expect(await find(alice, "marigold")).toEqual([]);
  });

  test("finds for each reader what they may see, in results, tags and counts", async () => {
    const [alice, fan, stranger, blocked] = [await feed.person("alice"), await feed.person("fan"), await feed.person("jim"), await feed.person("eve")];
    await fan.post(`/api/v1/users/${alice.id}/follow`);
    await alice.post(`/api/v1/users/${blocked.id}/block`);
    const content = "Quokkas #quokka";
    const [open, followers, draft] = [
      await createPost(alice, { content }),
      await createPost(alice, { content, visibility: "followers" }),
      await createPost(alice, { content, status: "draft" }),
    ];
    await soon(async () => expect((await find(alice, "quokka")).sort()).toEqual([open, followers].sort()));
    await soon(async () => expect((await find(fan, "quokka")).sort()).toEqual([open, followers].sort()));
    await soon(async () => expect(await find(blocked, "quokka")).toEqual([]));
    for (const reader of [stranger, visitor]) expect(await find(reader, "quokka")).toEqual([open]);
    expect([await tags(alice, "quok"), await tags(fan, "#Quokka")]).toEqual([{ quokka: 2 }, { quokka: 2 }]);
    for (const reader of [stranger, visitor]) expect(await tags(reader, "quokka")).toEqual({ quokka: 1 });
    expect(await tags(blocked, "quokka")).toEqual({});
    // A misspelt word leads to nothing that the reader may not see.
    expect([await find(stranger, "quokkka"), await find(blocked, "quokkka")]).toEqual([[open], []]);

    await alice.patch(`/api/v1/posts/${draft}`, { status: "published", visibility: "followers" });
    await soon(async () => expect(await find(fan, "quokka")).toContain(draft));
    expect(await find(stranger, "quokka")).toEqual([open]);
    await alice.patch(`/api/v1/posts/${open}`, { visibility: "followers" });
    expect(await find(stranger, "quokka")).toEqual([]);
    await fan.delete(`/api/v1/users/${alice.id}/follow`);
    await soon(async () => expect(await find(fan, "quokka")).toEqual([]));
    expect(await tags(fan, "quokka")).toEqual({});
    await alice.delete("/api/auth/me", { password: alice.password });
    await soon(async () => expect([await find(stranger, "from:alice quokka"), await find(visitor, "#quokka")]).toEqual([[], []]));
  });

  test("has operators for author, media, following and time", async () => {
    const [alice, bob] = [await feed.person("alice"), await feed.person("bob")];
    const [plain, linked] = [
      await createPost(alice, { content: "Numbats at noon" }),
      await createPost(bob, { content: "Numbats at night", mediaUrls: ["https://example.com/numbat.jpg"] }),
    ];
    await soon(async () => expect((await find(bob, "numbat")).sort()).toEqual([plain, linked].sort()));
    expect(await find(visitor, `numbat from:${alice.username.toUpperCase()}`)).toEqual([plain]);
    expect(await find(bob, "numbat from:me")).toEqual([linked]);
    expect(await find(visitor, "numbat from:me")).toEqual([]);
    expect(await find(visitor, "numbat has:media")).toEqual([linked]);
    expect(await find(visitor, '"numbats at" -night')).toEqual([plain]);
    expect(await find(visitor, "numbat before:2020-01-01")).toEqual([]);
    expect((await find(visitor, "numbat after:2020-01-01")).length).toBe(2);
    expect(await find(bob, "numbat in:following")).toEqual([]);
    await bob.post(`/api/v1/users/${alice.id}/follow`);
    expect(await find(bob, "numbat in:following")).toEqual([plain]);
  });

  test("never shows a post after its deletion is answered, however the two race", async () => {
    const [alice, bob] = [await feed.person("alice"), await feed.person("bob")];
    for (let round = 0; round < 5; round++) {
      const word = `axolotl${round}x`;
      const id = await createPost(alice, { content: `An ${word}` });
      await soon(async () => expect(await find(bob, word)).toEqual([id]));
      let deleted = false;
      const late: string[][] = [];
      const readers = Array.from({ length: 4 }, async () => {
        for (let reads = 0; reads < 3 || !deleted; reads++) {
          const began = deleted;
          const found = await find(bob, word);
          if (began && found.length > 0) late.push(found);
        }
      });
      await alice.delete(`/api/v1/posts/${id}`);
      deleted = true;
      await Promise.all(readers);
      expect(late).toEqual([]);
      expect(await find(bob, word)).toEqual([]);
    }
  });

  test("pages through all hits", async () => {
    const alice = await feed.person("alice");
    const ids: string[] = [];
    for (let n = 0; n < 7; n++) ids.push(await createPost(alice, { content: `Wombats, part ${n}` }));
    await soon(async () => expect(await find(visitor, "wombat")).toHaveLength(7));
    const found: string[] = [];
    for (let path = "/search/posts?q=wombat&limit=3"; path; ) {
      const { body, headers } = await visitor.get(path);
      found.push(...body.data.map(({ post }: PostHit) => post.id));
      path = /<([^>]+)>; rel="next"/.exec(headers.get("link") ?? "")?.[1] ?? "";
    }
    expect(found.sort()).toEqual(ids.sort());
    expect(await visitor.get("/search/posts?q=wombat&cursor=nonsense")).toMatchObject({ status: 400, body: { errors: [{ field: "cursor" }] } });
  });
});

describe("a search for everything", () => {
  test("has the first posts, users and tags, or those of one type", async () => {
    const numbat = await feed.person("numbatina");
    const id = await createPost(numbat, { content: "numbatina was here #numbatina" });
    const search = async (path: string) => (await visitor.get(path)).body;
    await soon(async () =>
      expect(await search("/api/v1/search?q=numbatina")).toMatchObject({
        posts: { data: [{ post: { id } }] },
        users: { data: [{ id: numbat.id }] },
        tags: { data: [{ tag: "numbatina", posts: 1 }] },
      }),
    );
    expect(await search("/api/v1/search?q=numbatina&type=users")).toMatchObject({ posts: null, users: { data: [{ id: numbat.id }] }, tags: null });
    const { body } = await numbat.graphql('{ search(q: "numbatina") { success posts { id } users { id } tags { tag posts } } }');
    expect(body.data.search).toEqual({ success: true, posts: [{ id }], users: [{ id: numbat.id }], tags: [{ tag: "numbatina", posts: 1 }] });
    const some = await numbat.graphql('{ search(q: "numbatina", type: tags) { posts { id } users { id } tags { tag } } }');
    expect(some.body.data.search).toEqual({ posts: [], users: [], tags: [{ tag: "numbatina" }] });
    const refused = await numbat.graphql('{ search(q: " ") { success code errors { field } tags { tag } } }');
    expect(refused.body.data.search).toEqual({ success: false, code: "validation_failed", errors: [{ field: "q" }], tags: [] });
    expect((await search("/search/users?q=NUMBAT")).data).toMatchObject([{ id: numbat.id }]);
    const blocker = await feed.person("bob");
    await blocker.post(`/api/v1/users/${numbat.id}/block`);
    expect((await numbat.get(`/search/users?q=${blocker.username}`)).body.data).toEqual([]);
  });
});

describe("the index", () => {
  test("has the posts of before there was a search", async () => {
    const alice = await feed.person("alice");
    const ids = [await createPost(alice, { content: "Pangolins, early" }), await createPost(alice, { content: "Pangolins, late" })];
    await soon(async () => expect(await find(visitor, "pangolin")).toHaveLength(2));
    const gone = await createPost(alice, { content: "Pangolins, gone" });
    await alice.delete(`/api/v1/posts/${gone}`);
    const { query } = await feed.platform.openDatabase("query-service");
    await eventually(async () => expect(await query("SELECT FROM indexed_post WHERE id = $1 AND deleted", [gone])).toHaveLength(1));
    await query("DELETE FROM indexed_post WHERE NOT deleted; DELETE FROM indexing_position");
    if (feed.platform.config.searchUrl === null) expect(await find(visitor, "pangolin")).toEqual([]);
    const hasEngine = feed.platform.config.searchUrl !== null;
    const index = createIndexStore(await feed.platform.openDatabase("query-service"));
    const clients = createServiceClients(createServiceClient("query-service", feed.platform.upstreams, feed.platform.internalTokens));
    const { indexSome } = createIndexing(
      index,
      publishedPosts(
        clients,
        indexPosts((transaction) => indexOperationsOn(transaction, hasEngine)),
      ),
    );
    expect(await indexSome()).toBeGreaterThan(2);
    expect(await indexSome()).toBe(0);
    expect((await find(visitor, "pangolin")).sort()).toEqual(ids.sort());
  });
});

test("while the search engine is away the search says so, and everything else goes on", async () => {
  const without = await startTestFeed({ SEARCH_URL: `http://127.0.0.1:${await freePort()}`, LOG_LEVEL: "error" });
  try {
    const alice = await without.person("alice");
    const id = await createPost(alice, { content: "Tapirs #tapir" });
    expect(await alice.get("/search/posts?q=tapir")).toMatchObject({
      status: 503,
      body: { code: "service_unavailable", detail: expect.stringContaining("search") },
    });
    expect(await alice.get("/search/tags?q=tapir")).toMatchObject({ status: 503 });
    expect((await alice.get("/search/users?q=alice")).body.data).toHaveLength(1);
    expect((await alice.get(`/query/post/${id}`)).status).toBe(200);
    const { query } = await without.platform.openDatabase("query-service");
    await soon(async () => expect(await query("SELECT revision FROM engine_change WHERE post_id = $1", [id])).toHaveLength(1));
    const aggregate = async () => (await alice.get(`/query/post/${id}`)).body;
    await alice.patch(`/api/v1/posts/${id}`, { content: "Tapirs, awake" });
    await soon(async () => expect(JSON.stringify(await aggregate())).toContain("Tapirs, awake"));
  } finally {
    await without.close();
  }
});
