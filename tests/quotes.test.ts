import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPost } from "./support/comments.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());

const people = (...names: string[]) => Promise.all(names.map((name) => feed.person(name)));
const quote = (person: Person, quotedPostId: string, more: Record<string, unknown> = {}) =>
  person.post("/api/v1/posts", { content: "Look at this", postType: "TEXT", quotedPostId, ...more });
const seenBy = async (person: Pick<Person, "get">, id: string) => (await person.get(`/api/v1/posts/${id}`)).body;
const nowhere = "01a1fd56-0000-7000-8000-000000000000";

describe("a quote", () => {
  test("shows what it quotes, in every list, as it is now", async () => {
    const [alice, bob, carol] = (await people("alice", "bob", "carol")) as [Person, Person, Person];
    const post = await createPost(alice, { content: "The first", contentWarning: "Spoilers" });
    const { status, body } = await quote(bob, post);
    expect(status).toBe(201);
    const card = { id: post, author: { id: alice.id, username: alice.username }, title: null, content: "The first", contentWarning: "Spoilers", media: [] };
    expect(body).toMatchObject({ quotedPostId: post, quotedPost: card, quotable: true });
    await alice.patch(`/api/v1/posts/${post}`, { content: "The second" });
    const found = { id: body.id, quotedPostId: post, quotedPost: { ...card, content: "The second" } };
    expect(await seenBy(carol, body.id)).toMatchObject(found);
    for (const path of [`/api/v1/users/${bob.id}/posts`, "/api/v1/posts?limit=1"]) expect((await carol.get(path)).body.data[0]).toMatchObject(found);
    expect((await bob.get("/api/v1/feed?limit=1")).body.data[0]).toMatchObject(found);
    await carol.post(`/api/v1/posts/${body.id}/bookmark`);
    expect((await carol.get("/api/v1/bookmarks")).body.data).toMatchObject([found]);
    const { post: aggregate } = (await carol.get(`/query/post/${body.id}`)).body;
    expect(aggregate).toMatchObject({ quotedPostId: post, quotable: true });
    expect(aggregate, "the same for all").not.toHaveProperty("quotedPost");
    const { data } = (await carol.graphql(`{ getPost(id: "${body.id}") { post { quotedPostId quotable quotedPost { content author { username } } } } }`)).body;
    expect(data.getPost.post).toEqual({ quotedPostId: post, quotable: true, quotedPost: { content: "The second", author: { username: alice.username } } });
    expect(await seenBy(carol, post)).toMatchObject({ quotedPostId: null, quotedPost: null });
  });

  test("shows the poll of what it quotes, with the reader's own vote", async () => {
    const [alice, bob, carol] = (await people("alice", "bob", "carol")) as [Person, Person, Person];
    const post = await createPost(alice, { poll: { options: ["Tea", "Coffee"], duration: 3_600 } });
    const { id } = (await quote(bob, post)).body;
    await carol.post(`/api/v1/posts/${post}/poll/votes`, { option: 1 });
    const options = [
      { text: "Tea", votes: 0 },
      { text: "Coffee", votes: 1 },
    ];
    expect((await seenBy(carol, id)).quotedPost.poll).toMatchObject({ options, votes: 1, myVote: 1, closed: false, duration: 3_600 });
    expect((await seenBy(bob, id)).quotedPost.poll).toMatchObject({ options, myVote: null });
    const { data } = (await carol.graphql(`{ getPost(id: "${id}") { post { quotedPost { poll { myVote options { text votes } } } } } }`)).body;
    expect(data.getPost.post.quotedPost.poll).toEqual({ myVote: 1, options });
    const comment = (await carol.post("/api/v1/comments", { postId: post, content: "Both" })).body;
    expect((await carol.get(`/api/v1/users/${carol.id}/comments`)).body.data).toMatchObject([{ id: comment.id, post: { poll: { myVote: 1 } } }]);
  });

  test("of what one may not see is a closed card, from that moment on and until it is seen again", async () => {
    const [alice, bob, carol, dora] = (await people("alice", "bob", "carol", "dora")) as [Person, Person, Person, Person];
    const [narrowed, deleted, byGone] = [await createPost(alice), await createPost(alice), await createPost(dora)];
    const quotes = await Promise.all([narrowed, deleted, byGone].map(async (id) => (await quote(bob, id)).body.id as string));
    const open = async (reader: Person) => Promise.all(quotes.map(async (id) => (await seenBy(reader, id)).quotedPost !== null));
    expect(await open(carol)).toEqual([true, true, true]);
    await alice.patch(`/api/v1/posts/${narrowed}`, { visibility: "followers" });
    await alice.delete(`/api/v1/posts/${deleted}`);
    expect(await open(carol)).toEqual([false, false, true]);
    expect(await seenBy(carol, quotes[0] as string)).toMatchObject({ content: "Look at this", quotedPostId: narrowed, quotedPost: null });
    expect(await open(alice)).toEqual([true, false, true]);
    await carol.post(`/api/v1/users/${alice.id}/follow`);
    await eventually(async () => expect(await open(carol)).toEqual([true, false, true]));
    await alice.post(`/api/v1/users/${carol.id}/block`);
    await eventually(async () => expect(await open(carol)).toEqual([false, false, true]));
    await dora.delete("/api/auth/me", { password: dora.password });
    await eventually(async () => expect(await open(bob)).toEqual([false, false, false]));
    const visitor = await feed.call("GET", `/api/v1/posts/${quotes[0]}`);
    expect(visitor.body).toMatchObject({ quotedPostId: narrowed, quotedPost: null });
  });

  test("is of a public post that one may see, and whose author allows it", async () => {
    const [alice, bob] = (await people("alice", "bob")) as [Person, Person];
    const [closed, own, forbidden] = [
      await createPost(alice, { visibility: "followers" }),
      await createPost(bob, { quotable: false }),
      await createPost(alice, { quotable: false }),
    ];
    for (const id of [closed, nowhere])
      expect(await quote(bob, id)).toMatchObject({ status: 400, body: { code: "validation_failed", errors: [{ field: "quotedPostId" }] } });
    for (const [person, id] of [
      [bob, forbidden],
      [alice, closed],
    ] as const)
      expect(await quote(person, id)).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect(await quote(bob, own), "one's own").toMatchObject({ status: 201 });
    expect(await quote(bob, own, { content: "" }), "it says something").toMatchObject({ status: 400 });

    await alice.patch(`/api/v1/posts/${forbidden}`, { quotable: true });
    const { body } = await quote(bob, forbidden, { clientMutationId: "quote-1" });
    const changed = await alice.patch(`/api/v1/posts/${forbidden}`, { quotable: false });
    expect(changed.body).toMatchObject({ quotable: false });
    expect(await seenBy(bob, body.id), "what is there stays").toMatchObject({ quotedPost: { id: forbidden } });
    expect((await quote(bob, forbidden, { clientMutationId: "quote-1" })).body.id, "sent again").toBe(body.id);
    expect(await quote(bob, forbidden)).toMatchObject({ status: 403 });
    expect((await bob.get("/api/v1/users/me/export")).body.posts).toEqual(expect.arrayContaining([expect.objectContaining({ quotedPostId: forbidden })]));
  });

  test("of a post of an account that becomes private is closed to all but its followers, in every way out", async () => {
    const [alice, bob, carol, fan] = (await people("alice", "bob", "carol", "fan")) as [Person, Person, Person, Person];
    await fan.post(`/api/v1/users/${alice.id}/follow`);
    const post = await createPost(alice, { content: "the secret walk" });
    const { body } = await quote(bob, post);
    await carol.post(`/api/v1/posts/${body.id}/like`);
    const waysOut = [
      `/api/v1/posts/${body.id}`,
      `/api/v1/users/${bob.id}/posts`,
      "/api/v1/posts?limit=100",
      "/api/v1/posts/popular",
      "/api/v1/users/me/likes",
      "/api/v1/search/posts?q=Look",
      `/query/post/${body.id}`,
      "/api/v1/users/me/export",
    ];
    const open = async (reader: Person) => {
      const answers = await Promise.all(waysOut.map(async (path) => JSON.stringify((await reader.get(path)).body)));
      return waysOut.filter((_, index) => answers[index]?.includes("the secret walk"));
    };
    expect((await open(carol)).length).toBeGreaterThan(2);
    await alice.patch("/api/v1/users/me/preferences", { privateAccount: true });
    await eventually(async () => expect([...(await open(carol)), ...(await open(bob))]).toEqual([]));
    expect(await seenBy(fan, body.id)).toMatchObject({ quotedPost: { content: "the secret walk" } });
    expect(String((await feed.call("GET", `/posts/${body.id}`)).body)).not.toContain("the secret walk");
  });
});
