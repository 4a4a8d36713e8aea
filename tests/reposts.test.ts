import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSocket } from "./support/clients.ts";
import { createPost } from "./support/comments.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());

const people = (...names: string[]) => Promise.all(names.map((name) => feed.person(name)));
const repost = (person: Person, id: string) => person.post(`/api/v1/posts/${id}/repost`);
const takeBack = (person: Person, id: string) => person.delete(`/api/v1/posts/${id}/repost`);
const seenBy = async (person: Person, id: string) => (await person.get(`/api/v1/posts/${id}`)).body;
const idsOf = async (person: Person, path: string) => {
  const { status, body } = await person.get(path);
  expect(status).toBe(200);
  return body.data.map(({ id }: { id: string }) => id);
};
const nowhere = "01a1fd56-0000-7000-8000-000000000000";

describe("a repost", () => {
  test("is counted once, said to who made it, and taken back", async () => {
    const [alice, bob, carol] = (await people("alice", "bob", "carol")) as [Person, Person, Person];
    const id = await createPost(alice);
    expect(await repost(bob, id)).toMatchObject({ status: 200, body: { reposted: true, repostCount: 1, revision: 1 } });
    expect((await repost(bob, id)).body, "again").toEqual({ reposted: true, repostCount: 1, revision: 1 });
    expect((await repost(carol, id)).body.repostCount).toBe(2);
    expect((await repost(alice, id)).body.repostCount, "of one's own").toBe(3);
    expect(await seenBy(bob, id)).toMatchObject({ repostCount: 3, shareCount: 3, repostedByMe: true, likedByMe: false });
    expect(await (await feed.call("GET", `/api/v1/posts/${id}`)).body).toMatchObject({ repostCount: 3, repostedByMe: false });
    const { post } = (await bob.get(`/query/post/${id}`)).body;
    expect(post).toMatchObject({ repostCount: 3, shareCount: 3 });
    expect(post).not.toHaveProperty("repostedByMe");
    expect((await takeBack(bob, id)).body).toEqual({ reposted: false, repostCount: 2, revision: 2 });
    expect((await takeBack(bob, id)).body, "again").toEqual({ reposted: false, repostCount: 2, revision: 2 });
    expect(await seenBy(bob, id)).toMatchObject({ repostCount: 2, repostedByMe: false });
  });

  test("is of what is public and seen", async () => {
    const [alice, bob] = (await people("alice", "bob")) as [Person, Person];
    const [closed, draft, open] = [await createPost(alice, { visibility: "followers" }), await createPost(alice, { status: "draft" }), await createPost(alice)];
    for (const id of [closed, draft, nowhere]) expect(await repost(bob, id)).toMatchObject({ status: 404, body: { code: "not_found" } });
    for (const id of [closed, draft]) expect(await repost(alice, id)).toMatchObject({ status: 403, body: { code: "forbidden" } });
    await bob.post(`/api/v1/users/${alice.id}/follow`);
    await eventually(async () => expect(await repost(bob, closed)).toMatchObject({ status: 403, body: { code: "forbidden" } }));
    expect(await feed.call("POST", `/api/v1/posts/${open}/repost`)).toMatchObject({ status: 401 });

    // Taking back is open to who may no longer see the post.
    await repost(bob, open);
    await alice.post(`/api/v1/users/${bob.id}/block`);
    await eventually(async () => expect((await repost(bob, open)).status).toBe(404));
    expect((await takeBack(bob, open)).body).toMatchObject({ reposted: false, repostCount: 0 });
    expect(await takeBack(bob, nowhere)).toMatchObject({ status: 404 });
  });

  test("is there in GraphQL", async () => {
    const [alice, bob] = (await people("alice", "bob")) as [Person, Person];
    const id = await createPost(alice);
    const done = await bob.graphql(
      `mutation { repostPost(id: "${id}") { success post { repostedByMe repostCount shareCount } } likePost(id: "${id}") { success } }`,
    );
    expect(done.body.data).toEqual({ repostPost: { success: true, post: { repostedByMe: true, repostCount: 1, shareCount: 1 } }, likePost: { success: true } });
    const lists = `{ likers(postId: "${id}") { people { id } } reposters(postId: "${id}") { success people { id } pageInfo { hasNextPage } }
      userReposts(userId: "${bob.id}") { posts { id } } }`;
    expect((await alice.graphql(lists)).body.data).toEqual({
      likers: { people: [{ id: bob.id }] },
      reposters: { success: true, people: [{ id: bob.id }], pageInfo: { hasNextPage: false } },
      userReposts: { posts: [{ id }] },
    });
    expect((await bob.graphql(`mutation { removeRepost(id: "${id}") { success } }`)).body.data).toEqual({ removeRepost: { success: true } });
    expect((await bob.graphql(`{ reposters(postId: "${nowhere}") { success code people { id } } }`)).body.data.reposters).toEqual({
      success: false,
      code: "not_found",
      people: [],
    });
  });

  test("is exported, and goes with its post and with its user", async () => {
    const [alice, bob] = (await people("alice", "bob")) as [Person, Person];
    const [first, second] = [await createPost(alice), await createPost(alice)];
    for (const id of [first, second]) await repost(bob, id);
    expect((await bob.get("/api/v1/users/me/export")).body.postReposts).toMatchObject([first, second].map((postId) => ({ postId, revision: 1 })));

    const { query } = await feed.platform.openDatabase("post-service");
    const stored = async () => (await query<{ id: string }>("SELECT post_id AS id FROM post_repost WHERE user_id = $1", [bob.id])).map(({ id }) => id);
    await alice.delete(`/api/v1/posts/${first}`);
    expect((await bob.get("/api/v1/users/me/export")).body.postReposts).toMatchObject([{ postId: second }]);
    await eventually(async () => expect(await stored()).toEqual([second]));
    await bob.delete("/api/auth/me", { password: bob.password });
    await eventually(async () => expect(await stored()).toEqual([]));
    await eventually(async () => expect(await seenBy(alice, second)).toMatchObject({ repostCount: 0 }));
  });
});

describe("lists of who", () => {
  test.each(["like", "repost"])("%ss a post have the last one first, in pages, and hide who is blocked or gone", async (verb) => {
    const [alice, bob, carol, dora] = (await people("alice", "bob", "carol", "dora")) as [Person, Person, Person, Person];
    const id = await createPost(alice);
    for (const person of [bob, carol, dora]) await person.post(`/api/v1/posts/${id}/${verb}`);
    const path = `/api/v1/posts/${id}/${verb}s`;
    expect(await idsOf(alice, path)).toEqual([dora.id, carol.id, bob.id]);
    const { data, pageInfo } = (await alice.get(`${path}?limit=2`)).body;
    expect([data[0].username, pageInfo.hasNextPage]).toEqual([dora.username, true]);
    expect(await idsOf(alice, `${path}?limit=2&cursor=${pageInfo.endCursor}`)).toEqual([bob.id]);
    expect((await feed.call("GET", path)).body.data).toHaveLength(3);

    await dora.post(`/api/v1/users/${bob.id}/block`);
    await eventually(async () => expect(await idsOf(bob, path)).toEqual([carol.id, bob.id]));
    expect(await idsOf(alice, path)).toEqual([dora.id, carol.id, bob.id]);
    await carol.delete("/api/auth/me", { password: carol.password });
    await eventually(async () => expect(await idsOf(alice, path)).toEqual([dora.id, bob.id]));
    await alice.patch(`/api/v1/posts/${id}`, { visibility: "followers" });
    expect(await bob.get(path), "of what one may not see").toMatchObject({ status: 404 });
  });

  test("reposted a post name private accounts to their followers and to the post's author only", async () => {
    const [alice, bob, carol, dora] = (await people("alice", "bob", "carol", "dora")) as [Person, Person, Person, Person];
    const id = await createPost(alice);
    const path = `/api/v1/posts/${id}/reposts`;
    await carol.post(`/api/v1/users/${bob.id}/follow`);
    await repost(bob, id);
    await bob.patch("/api/v1/users/me/preferences", { privateAccount: true });
    await eventually(async () => expect(await idsOf(dora, path)).toEqual([]));
    for (const person of [alice, bob, carol]) await eventually(async () => expect(await idsOf(person, path)).toEqual([bob.id]));
    expect(await idsOf(carol, `/api/v1/users/${bob.id}/reposts`)).toEqual([id]);
    expect(await idsOf(dora, `/api/v1/users/${bob.id}/reposts`)).toEqual([]);
  });
});

test("a user's reposts are a list, of what its reader may see now", async () => {
  const [alice, bob, carol, dora] = (await people("alice", "bob", "carol", "dora")) as [Person, Person, Person, Person];
  const [first, second, third, fourth] = [await createPost(alice), await createPost(carol), await createPost(alice), await createPost(carol)];
  const reposted = (reader: Person) => idsOf(reader, `/api/v1/users/${bob.id}/reposts`);
  for (const id of [first, third, second, fourth]) await repost(bob, id);
  expect(await reposted(dora)).toEqual([fourth, second, third, first]);
  await takeBack(bob, first);
  await repost(bob, first);
  expect(await reposted(dora)).toEqual([first, fourth, second, third]);
  await alice.patch(`/api/v1/posts/${first}`, { visibility: "followers" });
  await carol.delete(`/api/v1/posts/${fourth}`);
  expect(await reposted(dora)).toEqual([second, third]);
  expect(await idsOf(alice, `/api/v1/users/${bob.id}/reposts`), "it is no longer public").toEqual([second, third]);
  // Between author and reader, then between author and reposter.
  await carol.post(`/api/v1/users/${dora.id}/block`);
  await eventually(async () => expect(await reposted(dora)).toEqual([third]));
  await alice.post(`/api/v1/users/${bob.id}/block`);
  await eventually(async () => expect(await reposted(dora)).toEqual([]));
  expect(await dora.get(`/api/v1/users/${nowhere}/reposts`)).toMatchObject({ status: 404 });
});

test("a repost is in the home feeds of followers, by who made it", async () => {
  const [alice, bob, carol, dora] = (await people("alice", "bob", "carol", "dora")) as [Person, Person, Person, Person];
  for (const followed of [bob, carol]) await dora.post(`/api/v1/users/${followed.id}/follow`);
  const [post, own] = [await createPost(alice), await createPost(bob)];
  await eventually(async () => expect(await idsOf(dora, "/api/v1/feed")).toEqual([own]));
  await repost(bob, post);
  await eventually(async () => expect(await idsOf(dora, "/api/v1/feed")).toEqual([post, own]));
  await repost(carol, post);
  const { data } = (await dora.get("/api/v1/feed")).body;
  const at = expect.stringMatching(/^\d{4}-/);
  expect(data).toMatchObject([
    { id: post, author: { id: alice.id }, repostedBy: { id: bob.id, username: bob.username }, repostedAt: at },
    { id: own, repostedBy: null, repostedAt: null },
  ]);
  const document = "{ getNewsFeed { posts { id repostedBy { id } } } getPosts(input: { limit: 1 }) { posts { repostedBy { id } } } }";
  expect((await dora.graphql(document)).body.data).toEqual({
    getNewsFeed: {
      posts: [
        { id: post, repostedBy: { id: bob.id } },
        { id: own, repostedBy: null },
      ],
    },
    getPosts: { posts: [{ repostedBy: null }] },
  });
  await alice.delete(`/api/v1/posts/${post}`);
  expect(await idsOf(dora, "/api/v1/feed"), "at once").toEqual([own]);
});

test("the author is told of reposts in one notification, and of each quote, until they are taken back", async () => {
  const [alice, bob, carol] = (await people("alice", "bob", "carol")) as [Person, Person, Person];
  const id = await createPost(alice, { content: "The first" });
  const told = async () =>
    (await alice.get("/api/v1/notifications?type=reposts")).body.data.map(
      ({ type, message, data }: { type: string; message: string; data: { postId: string } }) => [type, message, data.postId],
    );
  await repost(bob, id);
  await repost(alice, id);
  await eventually(async () => expect(await told()).toEqual([["post_reposted", "bob Tester reposted your post", id]]));
  await repost(carol, id);
  await eventually(async () => expect(await told()).toEqual([["post_reposted", "carol Tester and bob Tester reposted your post", id]]));
  await takeBack(carol, id);
  await eventually(async () => expect(await told()).toEqual([["post_reposted", "bob Tester reposted your post", id]]));
  await takeBack(bob, id);
  await eventually(async () => expect(await told()).toEqual([]));

  const quote = await createPost(bob, { content: "Look", quotedPostId: id });
  await createPost(alice, { content: "Myself", quotedPostId: id });
  await eventually(async () => expect(await told()).toEqual([["post_quoted", "bob Tester quoted your post", quote]]));
  await createPost(bob, { content: "For few", quotedPostId: id, visibility: "followers" });
  await createPost(bob, { content: "Not yet", quotedPostId: id, status: "draft" });
  await bob.delete(`/api/v1/posts/${quote}`);
  await eventually(async () => expect(await told()).toEqual([]));
});

test("a follower of the reposter is told live, unless the author and they do not see each other", async () => {
  const [alice, bob, carol, dora] = (await people("alice", "bob", "carol", "dora")) as [Person, Person, Person, Person];
  for (const reader of [carol, dora]) await reader.post(`/api/v1/users/${bob.id}/follow`);
  await alice.post(`/api/v1/users/${dora.id}/block`);
  const id = await createPost(alice);
  const [carols, doras] = [await openSocket(feed, carol), await openSocket(feed, dora)];
  try {
    for (const socket of [carols, doras]) await socket.ask("subscribe-feed");
    await eventually(async () => {
      await takeBack(bob, id);
      await repost(bob, id);
      expect(carols.of("new_repost").at(-1)?.data).toEqual({ postId: id, userId: bob.id });
    });
    // Of what comes later, she is told: so she was not of this.
    const own = await createPost(bob);
    await eventually(() => expect(doras.of("new_post").map(({ data }) => data.post.id)).toEqual([own]));
    expect(doras.of("new_repost")).toEqual([]);

    await takeBack(bob, id);
    await eventually(() => expect(carols.of("repost_removed").at(-1)?.data).toEqual({ userId: bob.id, postId: id, postAuthorId: alice.id }));
    // All of the reposter's, to who unfollows them.
    await dora.delete(`/api/v1/users/${bob.id}/follow`);
    await eventually(() => expect(doras.of("repost_removed").at(-1)?.data).toEqual({ userId: bob.id, postId: null, postAuthorId: null }));
    // Then all of one author's, to those who follow the reposter, and all of the reposter's, to who is blocked.
    await alice.post(`/api/v1/users/${bob.id}/block`);
    await eventually(() => expect(carols.of("repost_removed").at(-1)?.data).toEqual({ userId: bob.id, postId: null, postAuthorId: alice.id }));
    await bob.post(`/api/v1/users/${carol.id}/block`);
    await eventually(() => expect(carols.of("repost_removed").at(-1)?.data).toEqual({ userId: bob.id, postId: null, postAuthorId: null }));
  } finally {
    for (const socket of [carols, doras]) socket.close();
  }
});
