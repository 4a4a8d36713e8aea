import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closedAfterEach, openSocket } from "./support/clients.ts";
import { createComment, createPost } from "./support/comments.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { moderationOf } from "./support/moderation-events.ts";

let feed: TestFeed;
beforeAll(async () => {
  // All accounts here are new.
  feed = await startTestFeed({ TRENDS_ACCOUNT_AGE_HOURS: "0" });
});
afterAll(() => feed.close());
const listening = closedAfterEach();

type Reader = Pick<Person, "get">;
const visitor: Reader = { get: (path) => feed.call("GET", path) };
/** Two seconds on a machine with nothing else to do. */
const soon = (check: () => Promise<void>) => eventually(check, 10_000);

describe("popular posts", () => {
  const popular = async (reader: Reader, query = ""): Promise<string[]> => {
    const { status, body } = await reader.get(`/api/v1/posts/popular${query}`);
    expect(status).toBe(200);
    return body.data.map(({ id }: { id: string }) => id);
  };

  test("are those that most people like and comment, as each viewer may see them", async () => {
    const [alice, bob, carol, blocked] = [await feed.person("alice"), await feed.person("bob"), await feed.person("carol"), await feed.person("eve")];
    const [liked, discussed, quiet, closed] = [
      await createPost(alice),
      await createPost(alice, { content: "Discussed" }),
      await createPost(alice),
      await createPost(alice, { visibility: "followers" }),
    ];
    await bob.post(`/api/v1/users/${alice.id}/follow`);
    for (const person of [bob, carol, blocked]) await person.post(`/api/v1/posts/${liked}/like`);
    await soon(async () => expect(await popular(visitor)).toEqual([liked]));
    await eventually(async () => expect((await bob.post(`/api/v1/posts/${closed}/like`)).status).toBe(200));
    // The author's own count nothing, nor does a second comment.
    for (const text of ["One", "Two", "Three"]) await createComment(alice, quiet, text);
    for (const person of [bob, bob, carol, carol]) await createComment(person, discussed, "And so");
    await soon(async () => expect(await popular(visitor)).toEqual([discussed, liked]));
    expect(await popular(bob, "?window=week&limit=1")).toEqual([discussed]);
    expect((await bob.get("/api/v1/posts/popular")).body.data).toMatchObject([{ content: "Discussed", commentCount: expect.any(Number) }, { likedByMe: true }]);
    const { body } = await carol.graphql("{ popularPosts(window: week, limit: 2) { success posts { id author { username } } } }");
    expect(body.data.popularPosts).toEqual({ success: true, posts: [discussed, liked].map((id) => ({ id, author: { username: alice.username } })) });
    expect((await visitor.get("/api/v1/posts/popular?window=year")).status).toBe(400);

    await alice.post(`/api/v1/users/${blocked.id}/block`);
    await soon(async () => expect(await popular(blocked)).toEqual([]));
    for (const person of [bob, carol]) await person.delete(`/api/v1/posts/${liked}/like`);
    await alice.patch(`/api/v1/posts/${discussed}`, { visibility: "followers" });
    await soon(async () => expect(await popular(bob)).toEqual([liked]));
    await alice.delete(`/api/v1/posts/${liked}`);
    expect(await popular(visitor), "at once").toEqual([]);
  });
});

describe("a tag", () => {
  const idsIn = (body: { data: { id: string }[] }) => body.data.map(({ id }) => id);
  const tagged = async (reader: Reader, tag: string, query = "") => {
    const { status, body } = await reader.get(`/api/v1/tags/${encodeURIComponent(tag)}/posts${query}`);
    expect(status).toBe(200);
    return idsIn(body);
  };
  const home = async (reader: Person) => idsIn((await reader.get("/api/v1/feed?limit=100")).body);

  test("lists its public posts for each viewer, newest first, as they are now", async () => {
    const [alice, bob, fan] = [await feed.person("alice"), await feed.person("bob"), await feed.person("fan")];
    const first = await createPost(alice, { content: "Off to the #Caf\u00e9" });
    const second = await createPost(bob, { title: "#cafe again", content: "and #CAFE" });
    const [closed, draft] = [
      await createPost(alice, { content: "#cafe", visibility: "followers" }),
      await createPost(alice, { content: "#cafe", status: "draft" }),
    ];
    await createPost(alice, { content: "A cafe without a sign, in example.com/#cafe" });
    for (const tag of ["caf\u00e9", "#CAFE", "cafe"]) expect(await tagged(visitor, tag)).toEqual([second, first]);
    const page = await visitor.get("/api/v1/tags/cafe/posts?limit=1");
    expect([idsIn(page.body), page.body.pageInfo.hasNextPage]).toEqual([[second], true]);
    expect(await tagged(visitor, "cafe", `?limit=1&cursor=${page.body.pageInfo.endCursor}`)).toEqual([first]);
    expect(await tagged(visitor, "nowhere")).toEqual([]);

    await alice.patch(`/api/v1/posts/${draft}`, { status: "published" });
    await alice.patch(`/api/v1/posts/${closed}`, { visibility: "public" });
    await bob.patch(`/api/v1/posts/${second}`, { content: "and tea", title: null });
    expect(await tagged(visitor, "cafe")).toEqual([draft, closed, first]);
    await alice.delete(`/api/v1/posts/${draft}`);
    await alice.patch(`/api/v1/posts/${closed}`, { visibility: "followers" });
    expect(await tagged(fan, "cafe")).toEqual([first]);
    await alice.post(`/api/v1/users/${fan.id}/block`);
    await soon(async () => expect(await tagged(fan, "cafe")).toEqual([]));
    const { body } = await bob.graphql('{ tag(tag: "#Cafe", limit: 5) { success tag followedByMe posts { id } pageInfo { hasNextPage } } }');
    expect(body.data.tag).toEqual({ success: true, tag: "cafe", followedByMe: false, posts: [{ id: first }], pageInfo: { hasNextPage: false } });
  });

  test("is followed: its public posts are in the home feed until it is not, or the viewer may not see them", async () => {
    const [alice, bob, carol] = [await feed.person("alice"), await feed.person("bob"), await feed.person("carol")];
    const before = await createPost(alice, { content: "#sourdough" });
    expect(await home(bob)).toEqual([]);
    expect((await bob.post("/api/v1/tags/SourDough/follow")).body).toEqual({ tag: "sourdough", followedByMe: true });
    expect((await bob.post("/api/v1/tags/sourdough/follow")).status, "again").toBe(200);
    expect((await bob.get("/api/v1/tags/sourdough")).body).toEqual({ tag: "sourdough", followedByMe: true });
    expect((await visitor.get("/api/v1/tags/sourdough")).body).toEqual({ tag: "sourdough", followedByMe: false });
    const own = await createPost(bob, { content: "mine" });
    const after = await createPost(carol, { content: "more #sourdough, and #rye" });
    const closed = await createPost(carol, { content: "#sourdough", visibility: "followers" });
    // Once, by whatever way it comes.
    await bob.post("/api/v1/tags/rye/follow");
    await bob.post(`/api/v1/users/${carol.id}/follow`);
    await soon(async () => expect(await home(bob)).toEqual([closed, after, own, before]));
    await bob.delete(`/api/v1/users/${carol.id}/follow`);
    await soon(async () => expect(await home(bob)).toEqual([after, own, before]));
    const { body } = await bob.get("/api/v1/feed?limit=1");
    expect(idsIn((await bob.get(`/api/v1/feed?limit=2&cursor=${body.pageInfo.endCursor}`)).body)).toEqual([own, before]);

    await carol.post(`/api/v1/users/${bob.id}/block`);
    await soon(async () => expect(await home(bob)).toEqual([own, before]));
    expect((await bob.get("/api/v1/users/me/tags")).body.data.map(({ tag }: { tag: string }) => tag)).toEqual(["rye", "sourdough"]);
    expect((await bob.get("/api/v1/users/me/export")).body.followedTags).toMatchObject([{ tag: "rye" }, { tag: "sourdough" }]);
    expect((await bob.delete("/api/v1/tags/sourdough/follow")).body).toEqual({ tag: "sourdough", followedByMe: false });
    expect(await home(bob)).toEqual([own]);
    await bob.delete("/api/auth/me", { password: bob.password });
    const { query } = await feed.platform.openDatabase("post-service");
    await eventually(async () => expect(await query("SELECT FROM tag_follow WHERE user_id = $1", [bob.id])).toEqual([]));
  });

  test("is one of fifty that a user follows", async () => {
    const bob = await feed.person("bob");
    const { query } = await feed.platform.openDatabase("post-service");
    await query("INSERT INTO tag_follow (user_id, tag) SELECT $1::uuid, 'tag' || n FROM generate_series(1, 50) n", [bob.id]);
    expect(await bob.post("/api/v1/tags/another/follow")).toMatchObject({ status: 409, body: { code: "conflict" } });
    expect((await bob.post("/api/v1/tags/tag7/follow")).status).toBe(200);
  });

  test("is found of posts that an older instance wrote", async () => {
    const alice = await feed.person("alice");
    const id = await createPost(alice, { content: "#Antiques" });
    const { query } = await feed.platform.openDatabase("post-service");
    await query("WITH gone AS (DELETE FROM post_tag WHERE post_id = $1) UPDATE post SET tags = NULL WHERE id = $1", [id]);
    expect(await tagged(visitor, "antiques")).toEqual([]);
    const jobs = feed.runs.flatMap(({ housekeeping }) => housekeeping.jobs);
    while ((await jobs.find(({ name }) => name === "posts_to_tag")?.runSome()) ?? 0);
    expect(await tagged(visitor, "antiques")).toEqual([id]);
  });
});

describe("trends", () => {
  const trends = async (): Promise<Record<string, number>> =>
    Object.fromEntries((await visitor.get("/api/v1/trends")).body.data.map(({ tag, authors }: { tag: string; authors: number }) => [tag, authors]));

  test("are the tags that most people use, and reach open pages when they change", async () => {
    const people = [await feed.person("alice"), await feed.person("bob"), await feed.person("carol")] as [Person, Person, Person];
    const [alice, bob, carol] = people;
    const socket = listening(await openSocket(feed, alice));
    expect((await socket.ask("subscribe-feed")).ok).toBe(true);
    // None of the other tests is told of just now.
    const { query } = await feed.platform.openDatabase("query-service");
    await query("UPDATE announced_trends SET at = at - interval '1 minute'");
    await createPost(alice, { content: "#eclipse" });
    await createPost(alice, { content: "#eclipse again" });
    await createPost(bob, { content: "#Eclipse" });
    await soon(async () => expect(await query("SELECT FROM tag_use WHERE tag = 'eclipse'")).toHaveLength(3));
    expect((await trends())["eclipse"]).toBe(undefined);
    const last = await createPost(carol, { content: "#eclipse" });
    await soon(async () => expect((await trends())["eclipse"]).toBe(3));
    await eventually(() => expect(socket.of("trends").at(-1)?.data.trends).toContainEqual({ tag: "eclipse", authors: 3 }));
    const { body } = await bob.graphql("{ trends(limit: 20) { tag authors } }");
    expect(body.data.trends).toContainEqual({ tag: "eclipse", authors: 3 });
    expect((await visitor.get("/api/v1/trends?limit=1")).body.data).toHaveLength(1);

    const { publish } = await moderationOf(feed);
    const suspension = (revision: number) => ({ aggregate: { id: uuidv7(), revision }, actorId: null });
    await publish({ type: "user.suspended", ...suspension(1), data: { userId: carol.id, reason: "spam", until: null, caseId: null } });
    await soon(async () => expect((await trends())["eclipse"]).toBe(undefined));
    await publish({ type: "user.unsuspended", ...suspension(2), data: { userId: carol.id } });
    await soon(async () => expect((await trends())["eclipse"]).toBe(3));

    // Their sessions ended.
    const { body: signedIn } = await feed.call("POST", "/api/auth/login", { email: carol.email, password: carol.password });
    const authorization = `Bearer ${signedIn.data.tokens.accessToken}`;
    expect((await feed.call("PATCH", `/api/v1/posts/${last}`, { visibility: "followers" }, { authorization })).status).toBe(200);
    await soon(async () => expect((await trends())["eclipse"]).toBe(undefined));
    expect((await visitor.get("/api/v1/trends?limit=21")).status).toBe(400);
  });
});

describe("whom to follow", () => {
  const suggested = async (reader: Person): Promise<[string, number][]> => {
    const { status, body } = await reader.get("/api/v1/users/suggestions");
    expect(status).toBe(200);
    return body.data.map(({ user, followees }: { user: Person; followees: number }) => [user.id, followees]);
  };

  test("is suggested by whom those follow whom a user follows, and never one whom they know or may not see", async () => {
    const names = ["me", "ann", "ben", "best", "good", "known", "blocked", "blocker", "refused", "asked", "gone"];
    const people = new Map<string, Person>();
    for (const name of names) people.set(name, await feed.person(name));
    const of = (name: string) => people.get(name) as Person;
    const follow = (one: string, ...others: string[]) => Promise.all(others.map((other) => of(one).post(`/api/v1/users/${of(other).id}/follow`)));
    await follow("me", "ann", "ben", "known");
    await follow("ann", "me", "best", "good", "known", "blocked", "blocker", "refused", "asked", "gone");
    await follow("ben", "ann", "best", "refused", "asked");
    for (const name of ["refused", "asked"]) {
      await of(name).patch("/api/v1/users/me/preferences", { privateAccount: true });
      await follow("me", name);
    }
    await of("refused").delete(`/api/v1/users/me/follow-requests/${of("me").id}`);
    await of("me").post(`/api/v1/users/${of("blocked").id}/block`);
    await of("blocker").post(`/api/v1/users/${of("me").id}/block`);
    await of("gone").delete("/api/auth/me", { password: of("gone").password });
    await eventually(async () =>
      expect(await suggested(of("me"))).toEqual([
        [of("best").id, 2],
        [of("good").id, 1],
      ]),
    );
    expect((await of("me").get("/api/v1/users/suggestions?limit=1")).body.data).toMatchObject([{ user: { id: of("best").id, followedByMe: false } }]);
    await follow("me", "best");
    expect(await suggested(of("me"))).toEqual([[of("good").id, 1]]);
    expect(await suggested(of("good"))).toEqual([]);
    expect((await visitor.get("/api/v1/users/suggestions")).status).toBe(401);
  });
});
