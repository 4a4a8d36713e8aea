import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPost } from "./support/comments.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());

const idsIn = (body: { data: { id: string }[] }) => body.data.map(({ id }) => id);
const nowhere = "01a1fd56-0000-7000-8000-000000000000";

/** The lists are of what a user may see; they differ in how a post comes into them. */
describe.each([
  { list: "/api/v1/bookmarks", verb: "bookmark" },
  { list: "/api/v1/users/me/likes", verb: "like" },
  { list: "/api/v1/posts/muted", verb: "mute" },
])("$list", ({ list, verb }) => {
  const keep = (person: Person, id: string) => person.post(`/api/v1/posts/${id}/${verb}`);
  const kept = async (person: Person, query = "") => {
    const { status, body } = await person.get(`${list}${query}`);
    expect(status).toBe(200);
    return idsIn(body);
  };

  test("lists what a user keeps, the last one first, to them alone", async () => {
    const [alice, bob, carol] = [await feed.person("alice"), await feed.person("bob"), await feed.person("carol")];
    const [first, second, third] = [await createPost(alice), await createPost(alice), await createPost(bob)];
    for (const id of [second, third, first]) expect((await keep(bob, id)).status).toBe(200);
    expect((await keep(bob, third)).status, "again").toBe(200);
    expect(await kept(bob)).toEqual([first, third, second]);
    expect(await kept(carol)).toEqual([]);
    expect(await feed.call("GET", list)).toMatchObject({ status: 401 });

    const { body } = await bob.get(`${list}?limit=1`);
    expect([idsIn(body), body.pageInfo.hasNextPage]).toEqual([[first], true]);
    expect(await kept(bob, `?limit=2&cursor=${body.pageInfo.endCursor}`)).toEqual([third, second]);
    expect(await kept(bob, "?limit=1&page=2")).toEqual([third]);

    expect((await bob.delete(`/api/v1/posts/${third}/${verb}`)).status).toBe(200);
    expect(await kept(bob)).toEqual([first, second]);
    await keep(bob, third);
    expect(await kept(bob)).toEqual([third, first, second]);
  });

  test("has nothing that its user may not see, or no longer", async () => {
    const [alice, bob, carol] = [await feed.person("alice"), await feed.person("bob"), await feed.person("carol")];
    const [gone, narrowed, blocked, stays] = [await createPost(alice), await createPost(alice), await createPost(carol), await createPost(alice)];
    const [draft, closed] = [await createPost(alice, { status: "draft" }), await createPost(alice, { visibility: "followers" })];
    for (const id of [draft, closed, nowhere]) expect(await keep(bob, id)).toMatchObject({ status: 404, body: { code: "not_found" } });
    for (const id of [gone, narrowed, blocked, stays]) await keep(bob, id);
    expect(await kept(bob)).toEqual([stays, blocked, narrowed, gone]);

    await alice.delete(`/api/v1/posts/${gone}`);
    await alice.patch(`/api/v1/posts/${narrowed}`, { visibility: "followers" });
    expect(await kept(bob), "at once").toEqual([stays, blocked]);
    await carol.post(`/api/v1/users/${bob.id}/block`);
    await eventually(async () => expect(await kept(bob)).toEqual([stays]));
    // What is seen again is there again.
    await carol.delete(`/api/v1/users/${bob.id}/block`);
    await bob.post(`/api/v1/users/${alice.id}/follow`);
    await eventually(async () => expect(await kept(bob)).toEqual([stays, blocked, narrowed]));
    await alice.patch("/api/v1/users/me/preferences", { privateAccount: true });
    await alice.delete(`/api/v1/users/me/followers/${bob.id}`);
    await eventually(async () => expect(await kept(bob)).toEqual([blocked]));
    await carol.delete("/api/auth/me", { password: carol.password });
    await eventually(async () => expect(await kept(bob)).toEqual([]));
  });
});

describe("a bookmark", () => {
  test("is told to its owner with every post, and to nobody else", async () => {
    const [alice, bob] = [await feed.person("alice"), await feed.person("bob")];
    const id = await createPost(alice, { content: "To read later" });
    expect((await bob.post(`/api/v1/posts/${id}/bookmark`)).body).toEqual({ bookmarked: true });
    const seenBy = async (person: Person) => (await person.get(`/api/v1/posts/${id}`)).body;
    expect(await seenBy(bob)).toMatchObject({ bookmarkedByMe: true, likedByMe: false, revision: (await seenBy(alice)).revision });
    expect(await seenBy(alice)).toMatchObject({ bookmarkedByMe: false });
    expect((await bob.get("/api/v1/posts")).body.data.find((post: { id: string }) => post.id === id)).toMatchObject({ bookmarkedByMe: true });
    expect(await (await feed.call("GET", `/api/v1/posts/${id}`)).body).toMatchObject({ bookmarkedByMe: false });
    expect((await bob.get(`/query/post/${id}`)).body.post).not.toHaveProperty("bookmarkedByMe");
    expect((await bob.delete(`/api/v1/posts/${id}/bookmark`)).body).toEqual({ bookmarked: false });
    expect((await bob.delete(`/api/v1/posts/${id}/bookmark`)).status, "again").toBe(200);
    expect(await seenBy(bob)).toMatchObject({ bookmarkedByMe: false });
  });

  test("is there in GraphQL", async () => {
    const [alice, bob] = [await feed.person("alice"), await feed.person("bob")];
    const id = await createPost(alice);
    const done = await bob.graphql(`mutation { bookmarkPost(id: "${id}") { success post { bookmarkedByMe } } likePost(id: "${id}") { success } }`);
    expect(done.body.data).toEqual({ bookmarkPost: { success: true, post: { bookmarkedByMe: true } }, likePost: { success: true } });
    const lists = "{ bookmarks { success posts { id likedByMe } pageInfo { hasNextPage } } likedPosts(limit: 5) { posts { id bookmarkedByMe } } }";
    expect((await bob.graphql(lists)).body.data).toEqual({
      bookmarks: { success: true, posts: [{ id, likedByMe: true }], pageInfo: { hasNextPage: false } },
      likedPosts: { posts: [{ id, bookmarkedByMe: true }] },
    });
    expect((await bob.graphql(`mutation { removeBookmark(id: "${id}") { success } }`)).body.data).toEqual({ removeBookmark: { success: true } });
    expect((await bob.graphql("{ bookmarks { posts { id } } }")).body.data.bookmarks.posts).toEqual([]);
  });

  test("is exported, and goes with its post and with its user", async () => {
    const [alice, bob] = [await feed.person("alice"), await feed.person("bob")];
    const [first, second] = [await createPost(alice), await createPost(alice)];
    for (const id of [second, first]) await bob.post(`/api/v1/posts/${id}/bookmark`);
    const at = expect.stringMatching(/^\d{4}-/);
    expect((await bob.get("/api/v1/users/me/export")).body.bookmarks).toEqual([first, second].map((postId) => ({ postId, createdAt: at })));

    const { query } = await feed.platform.openDatabase("post-service");
    const stored = async () => (await query<{ id: string }>("SELECT post_id AS id FROM post_bookmark WHERE user_id = $1", [bob.id])).map(({ id }) => id);
    await alice.delete(`/api/v1/posts/${first}`);
    expect((await bob.get("/api/v1/users/me/export")).body.bookmarks).toEqual([{ postId: second, createdAt: at }]);
    await eventually(async () => expect(await stored()).toEqual([second]));
    await bob.delete("/api/auth/me", { password: bob.password });
    await eventually(async () => expect(await stored()).toEqual([]));
  });
});
