import type { PostAggregate } from "@newfeed/shared/contracts/routes/query.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { administratorOf } from "./support/administrator.ts";
import { createComment, createPost } from "./support/comments.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());

const visitor = { get: (path: string) => feed.call("GET", path) };
type Reader = Pick<Person, "get">;
/** Two seconds on a machine with nothing else to do; less than an entry lives without events. */
const soonMs = 10_000;

async function aggregate(reader: Reader, id: string): Promise<PostAggregate | number> {
  const { status, body } = await reader.get(`/query/post/${id}`);
  return status === 200 ? body : status;
}
const contents = (found: PostAggregate | number) => (typeof found === "number" ? found : found.comments.data.map(({ content }) => content));
const statuses = async (id: string, ...readers: Reader[]) =>
  (await Promise.all(readers.map((reader) => reader.get(`/query/post/${id}`)))).map(({ status }) => status);

describe("the aggregate of a post", () => {
  test("is the post with its newest comments, without what depends on the viewer", async () => {
    const [alice, bob] = [await feed.person("alice"), await feed.person("bob")];
    const id = await createPost(alice, { content: "Hello" });
    for (const content of ["one", "two"]) await createComment(bob, id, content);
    const found = (await aggregate(visitor, id)) as PostAggregate;
    expect(found.post).toMatchObject({ id, content: "Hello", author: { id: alice.id } });
    expect(contents(found)).toEqual(["two", "one"]);
    expect(JSON.stringify(found)).not.toContain("likedByMe");
    expect(found.comments.pageInfo.hasNextPage).toBe(false);
    expect((await feed.call("GET", `/api/v1/query/post/${id}`)).body).toMatchObject({ post: { id }, comments: found.comments });
  });

  test("goes on where it ends", async () => {
    const alice = await feed.person("alice");
    const id = await createPost(alice);
    for (let n = 1; n <= 22; n++) await createComment(alice, id, `comment ${n}`);
    const { comments } = (await aggregate(visitor, id)) as PostAggregate;
    expect(comments.data).toHaveLength(20);
    const rest = await feed.call("GET", `/api/v1/posts/${id}/comments?cursor=${comments.pageInfo.endCursor}`);
    expect(rest.body.data.map(({ content }: { content: string }) => content)).toEqual(["comment 2", "comment 1"]);
  });

  test("shows each reader their own write at once, and others soon", async () => {
    const [alice, bob] = [await feed.person("alice"), await feed.person("bob")];
    const id = await createPost(alice, { content: "before" });
    for (const reader of [alice, bob, visitor]) expect(contents(await aggregate(reader, id))).toEqual([]);
    await alice.patch(`/api/v1/posts/${id}`, { content: "after" });
    expect(await aggregate(alice, id)).toMatchObject({ post: { content: "after" } });
    const { id: commentId } = await createComment(bob, id, "mine");
    expect(contents(await aggregate(bob, id))).toEqual(["mine"]);
    await eventually(async () => expect(contents(await aggregate(visitor, id))).toEqual(["mine"]), soonMs);
    await bob.patch(`/api/v1/comments/${commentId}`, { content: "changed" });
    expect(contents(await aggregate(bob, id))).toEqual(["changed"]);
    await eventually(async () => expect(contents(await aggregate(visitor, id))).toEqual(["changed"]), soonMs);
    await bob.delete(`/api/v1/comments/${commentId}`);
    expect(contents(await aggregate(bob, id))).toEqual([]);
    await eventually(async () => expect(contents(await aggregate(visitor, id))).toEqual([]), soonMs);
  });

  test("is not cached as it was before what happens under it", async () => {
    const [alice, bob] = [await feed.person("alice"), await feed.person("bob")];
    const id = await createPost(alice);
    const { id: commentId } = await createComment(bob, id, "liked");
    await aggregate(visitor, id);
    await alice.post(`/api/v1/comments/${commentId}/like`);
    await bob.post(`/api/v1/posts/${id}/like`);
    await eventually(
      async () => expect(await aggregate(visitor, id)).toMatchObject({ post: { likeCount: 1, commentCount: 1 }, comments: { data: [{ likeCount: 1 }] } }),
      soonMs,
    );
  });

  test("is there for those who may see the post, and for no others", async () => {
    const [alice, fan, stranger, blocked] = [await feed.person("alice"), await feed.person("fan"), await feed.person("jim"), await feed.person("eve")];
    await fan.post(`/api/v1/users/${alice.id}/follow`);
    await alice.post(`/api/v1/users/${blocked.id}/block`);
    const [open, followers, draft] = [
      await createPost(alice),
      await createPost(alice, { visibility: "followers" }),
      await createPost(alice, { status: "draft" }),
    ];
    await eventually(async () => expect(await statuses(followers, fan)).toEqual([200]));
    await eventually(async () => expect(await statuses(open, blocked)).toEqual([404]));
    // Cached by now.
    for (const _ of [1, 2]) {
      expect(await statuses(open, alice, fan, stranger, visitor, blocked)).toEqual([200, 200, 200, 200, 404]);
      expect(await statuses(followers, alice, fan, stranger, visitor, blocked)).toEqual([200, 200, 404, 404, 404]);
      expect(await statuses(draft, alice, fan, stranger, visitor, blocked)).toEqual([200, 404, 404, 404, 404]);
    }
    await alice.delete(`/api/v1/posts/${open}`);
    expect(await statuses(open, alice, fan, stranger, visitor, blocked)).toEqual([404, 404, 404, 404, 404]);
  });

  test("leaves out comments of users in a block with the reader, and those of a deleted account", async () => {
    const [alice, bob, carol] = [await feed.person("alice"), await feed.person("bob"), await feed.person("carol")];
    const id = await createPost(alice);
    await createComment(carol, id, "of carol");
    await createComment(bob, id, "of bob");
    await aggregate(visitor, id);
    await carol.post(`/api/v1/users/${bob.id}/block`);
    await eventually(async () => expect(contents(await aggregate(bob, id))).toEqual(["of bob"]));
    expect(contents(await aggregate(carol, id))).toEqual(["of carol"]);
    expect(contents(await aggregate(alice, id))).toEqual(["of bob", "of carol"]);
    await carol.delete("/api/auth/me", { password: carol.password });
    await eventually(async () => expect(contents(await aggregate(visitor, id))).toEqual(["of bob"]), soonMs);
  });
});

describe("the page of aggregates", () => {
  test("is the public feed with three comments each, the reader's own newest post first", async () => {
    const [alice, bob] = [await feed.person("alice"), await feed.person("bob")];
    const ids = [await createPost(alice), await createPost(alice), await createPost(bob)];
    await createPost(alice, { visibility: "followers" });
    for (const content of ["1", "2", "3", "4"]) await createComment(bob, ids[1] as string, content);
    const first = await bob.get("/query/posts?limit=2");
    expect(first.body.data.map(({ post }: PostAggregate) => post.id)).toEqual([ids[2], ids[1]]);
    const { comments } = first.body.data[1] as PostAggregate;
    expect(contents(first.body.data[1])).toEqual(["4", "3", "2"]);
    const more = await bob.get(`/api/v1/posts/${ids[1]}/comments?cursor=${comments.pageInfo.endCursor}`);
    expect(more.body.data.map(({ content }: { content: string }) => content)).toEqual(["1"]);
    expect(first.headers.get("link")).toContain(`cursor=${first.body.pageInfo.endCursor}`);
    const second = await visitor.get(`/query/posts?limit=1&cursor=${first.body.pageInfo.endCursor}`);
    expect(second.body.data.map(({ post }: PostAggregate) => post.id)).toEqual([ids[0]]);
    const mine = await createPost(bob);
    expect((await bob.get("/query/posts?limit=1")).body.data[0].post.id).toBe(mine);
    expect((await bob.get("/query/posts?limit=51")).status).toBe(400);
  });
});

describe("the cache", () => {
  test("serves what is asked for again, and forgets what an administrator says", async () => {
    const [alice, root] = [await feed.person("alice"), await administratorOf(feed)];
    const id = await createPost(alice, { content: "Tamarins" });
    // The event of its creation has come.
    await eventually(async () => expect((await visitor.get("/search/posts?q=tamarin")).body.data).toHaveLength(1), soonMs);
    const stats = async () => (await root.get("/query/cache/stats")).body;
    const count = async (path: string) => {
      const before = await stats();
      await visitor.get(path);
      const after = await stats();
      return [after.hits - before.hits, after.misses - before.misses];
    };
    expect(await count(`/query/post/${id}`)).toEqual([0, 1]);
    expect(await count(`/query/post/${id}`)).toEqual([1, 0]);
    expect((await stats()).keys).toContainEqual({ key: `post:${id}`, bytes: expect.any(Number) });
    expect((await root.post("/query/cache/invalidate", { cacheKey: `post:${id}` })).status).toBe(204);
    expect(await count(`/query/post/${id}`)).toEqual([0, 1]);
    expect(await count(`/query/post/${id}`)).toEqual([1, 0]);
    expect((await root.post("/query/cache/invalidate", {})).status).toBe(204);
    expect(await stats()).toMatchObject({ entries: 0, bytes: 0, keys: [] });
    const database = await feed.platform.openDatabase("query-service");
    const rows = await database.query<{ body: string }>("SELECT body FROM newfeed.outbox WHERE type = 'cache.invalidated' ORDER BY id");
    expect(rows.map(({ body }) => JSON.parse(body).data)).toEqual([
      { userId: root.id, cacheKey: `post:${id}` },
      { userId: root.id, cacheKey: null },
    ]);
  });

  test("is an administrator's alone", async () => {
    const alice = await feed.person("alice");
    for (const { status, body } of [await alice.get("/query/cache/stats"), await alice.post("/query/cache/invalidate", {})])
      expect({ status, code: body.code }).toEqual({ status: 403, code: "forbidden" });
    expect((await feed.call("GET", "/query/cache/stats")).status).toBe(401);
  });
});
