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
const terms = { options: ["Tea", "Coffee", "Water"], duration: 3_600 };
const ask = (person: Person, more: Record<string, unknown> = {}) => createPost(person, { content: "What do you drink?", poll: terms, ...more });
const vote = (person: Pick<Person, "post">, id: string, option: number) => person.post(`/api/v1/posts/${id}/poll/votes`, { option });
const pollOf = async (person: Pick<Person, "get">, id: string) => (await person.get(`/api/v1/posts/${id}`)).body.poll;
const counts = (poll: { options: { votes: number }[] }) => poll.options.map(({ votes }) => votes);
const postDatabase = () => feed.platform.openDatabase("post-service");
/** Its time passes. */
const end = async (id: string) => (await postDatabase()).query("UPDATE post SET poll_ends_at = clock_timestamp() WHERE id = $1", [id]);
const nowhere = "01a1fd56-0000-7000-8000-000000000000";
const tooMany = ["1", "2", "3", "4", "5", "6", "7"];

describe("a poll", () => {
  test("counts one vote each, for good, and shows the result to all by every way", async () => {
    const [alice, bob, carol] = (await people("alice", "bob", "carol")) as [Person, Person, Person];
    const id = await ask(alice);
    const before = (await bob.get(`/api/v1/posts/${id}`)).body;
    expect(before.poll).toMatchObject({ options: terms.options.map((text) => ({ text, votes: 0 })), votes: 0, duration: 3_600, closed: false, myVote: null });
    expect(Date.parse(before.poll.endsAt) - Date.parse(before.publishedAt)).toBeGreaterThanOrEqual(3_600_000);
    expect(Date.parse(before.poll.endsAt) - Date.parse(before.publishedAt)).toBeLessThan(3_605_000);

    expect(await vote(bob, id, 1)).toMatchObject({ status: 200, body: { poll: { votes: 1, myVote: 1 }, revision: before.revision + 1 } });
    expect(await vote(bob, id, 1), "again").toMatchObject({ status: 200, body: { poll: { votes: 1, myVote: 1 }, revision: before.revision + 1 } });
    expect(await vote(bob, id, 0), "another").toMatchObject({ status: 409, body: { code: "conflict" } });
    expect((await vote(carol, id, 2)).body.poll).toMatchObject({ votes: 2, myVote: 2 });
    expect((await vote(alice, id, 1)).body.poll, "one's own").toMatchObject({ votes: 3, myVote: 1 });
    expect(await pollOf(bob, id)).toMatchObject({ votes: 3, myVote: 1 });
    expect(counts(await pollOf(bob, id))).toEqual([0, 2, 1]);

    const visitor = { get: (path: string) => feed.call("GET", path) };
    expect(await pollOf(visitor, id)).toMatchObject({ votes: 3, myVote: null });
    await bob.post(`/api/v1/users/${alice.id}/follow`);
    await bob.post(`/api/v1/posts/${id}/bookmark`);
    const lists = [`/api/v1/users/${alice.id}/posts`, "/api/v1/posts?limit=1", "/api/v1/bookmarks"];
    for (const path of lists) expect((await bob.get(path)).body.data[0].poll, path).toMatchObject({ votes: 3, myVote: 1 });
    expect((await alice.get("/api/v1/feed?limit=1")).body.data[0].poll).toMatchObject({ votes: 3, myVote: 1 });
    const { post } = (await bob.get(`/query/post/${id}`)).body;
    expect(post.poll).toMatchObject({ votes: 3, closed: false });
    expect(post.poll, "the same for all").not.toHaveProperty("myVote");
    expect(String((await feed.call("GET", `/posts/${id}`)).body)).toContain("Coffee: 2 votes (67%)");
    expect(String((await feed.call("GET", `/@${alice.username}/feed.rss`)).body)).toContain("Coffee: 2 votes (67%)");
  });

  test("takes the votes of many at once, and of one who is in a hurry", async () => {
    const alice = await feed.person("alice");
    const voters = await people(..."abcdefgh".split("").map((name) => `voter_${name}`));
    const id = await ask(alice);
    const votes = voters.flatMap((voter, at) => [at % 2, at % 2, 2].map((option) => vote(voter, id, option)));
    const statuses = (await Promise.all(votes)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200, 409]));
    const stored = await (await postDatabase()).query<{ option: number }>("SELECT option FROM poll_vote WHERE post_id = $1", [id]);
    expect(stored.length).toBe(voters.length);
    expect(counts(await pollOf(alice, id))).toEqual([0, 1, 2].map((option) => stored.filter((row) => row.option === option).length));
  });

  test("is for those who see the post, until its end", async () => {
    const [alice, bob, carol] = (await people("alice", "bob", "carol")) as [Person, Person, Person];
    const [closed, draft, open, none] = [
      await ask(alice, { visibility: "followers" }),
      await ask(alice, { status: "draft" }),
      await ask(alice),
      await createPost(alice),
    ];
    for (const id of [closed, draft, none, nowhere]) expect(await vote(bob, id, 0), id).toMatchObject({ status: 404, body: { code: "not_found" } });
    expect(await vote(alice, draft, 0)).toMatchObject({ status: 409 });
    for (const option of [3, 6, -1, 1.5]) expect(await vote(bob, open, option)).toMatchObject({ status: 400, body: { code: "validation_failed" } });
    expect(await feed.call("POST", `/api/v1/posts/${open}/poll/votes`, { body: { option: 0 } })).toMatchObject({ status: 401 });
    await alice.post(`/api/v1/users/${carol.id}/block`);
    await eventually(async () => expect((await carol.get(`/api/v1/posts/${open}`)).status).toBe(404));
    expect((await vote(carol, open, 0)).status).toBe(404);

    await vote(bob, open, 0);
    await end(open);
    expect(await pollOf(bob, open)).toMatchObject({ closed: true, votes: 1, myVote: 0 });
    expect((await vote(bob, open, 0)).status, "what one has voted already").toBe(200);
    expect(await vote(alice, open, 0)).toMatchObject({ status: 409, body: { code: "conflict" } });
    expect(await (await postDatabase()).query("SELECT FROM poll_vote WHERE post_id = $1", [open])).toHaveLength(1);
  });

  test("has options that differ and an end within bounds", async () => {
    const alice = await feed.person("alice");
    const refused = async (poll: unknown, more: Record<string, unknown> = {}) =>
      (await alice.post("/api/v1/posts", { content: "?", postType: "TEXT", poll, ...more })).body.errors?.[0]?.field;
    const later = (ms: number) => new Date(Date.now() + ms).toISOString();
    expect(await refused({ ...terms, options: ["Tea"] })).toBe("poll.options");
    expect(await refused({ ...terms, options: tooMany })).toBe("poll.options");
    expect(await refused({ ...terms, options: ["Tea", " tea "] })).toBe("poll.options");
    expect(await refused({ ...terms, options: ["Tea", " "] })).toBe("poll.options.1");
    expect(await refused({ ...terms, options: ["Tea", "x".repeat(81)] })).toBe("poll.options.1");
    expect(await refused({ options: terms.options })).toBe("poll.duration");
    expect(await refused({ ...terms, endsAt: later(3_600_000) })).toBe("poll.duration");
    expect(await refused({ ...terms, duration: 299 })).toBe("poll.duration");
    expect(await refused({ ...terms, duration: 30 * 86_400 + 1 })).toBe("poll.duration");
    expect(await refused({ options: terms.options, endsAt: later(200_000) })).toBe("poll.endsAt");
    expect(await refused({ options: terms.options, endsAt: later(31 * 86_400_000) })).toBe("poll.endsAt");
    expect(await refused({ options: terms.options, endsAt: later(3_600_000) }, { status: "draft" })).toBe("poll.endsAt");
    expect(await refused(terms, { content: "" })).toBe("content");
    const endsAt = later(7_200_000);
    expect(await pollOf(alice, await ask(alice, { poll: { options: terms.options, endsAt } }))).toMatchObject({ endsAt, duration: 7_200 });
  });

  test("of a draft begins with its publication; changes until there is a vote; and goes when it is taken away", async () => {
    const [alice, bob] = (await people("alice", "bob")) as [Person, Person];
    const id = await ask(alice, { status: "draft" });
    const change = (body: unknown) => alice.patch(`/api/v1/posts/${id}`, body);
    expect(await pollOf(alice, id)).toMatchObject({ endsAt: null, duration: 3_600, closed: false });
    expect((await change({ poll: { options: ["Yes", "No"], duration: 600 } })).body.poll).toMatchObject({ endsAt: null, duration: 600 });
    const published = (await change({ status: "published" })).body;
    expect(Date.parse(published.poll.endsAt) - Date.parse(published.publishedAt)).toBe(600_000);
    const { revision } = published;
    expect((await change({ poll: { options: ["Yes", "No"], duration: 600 } })).body, "the same").toMatchObject({ revision, poll: published.poll });
    expect((await change({ poll: null })).body).toMatchObject({ poll: null, revision: revision + 1 });
    expect((await change({ poll: { options: ["Red", "Blue"], duration: 900 } })).body.poll).toMatchObject({ duration: 900, votes: 0 });
    expect((await vote(bob, id, 1)).body.poll).toMatchObject({ votes: 1 });
    expect(await change({ poll: null })).toMatchObject({ status: 409, body: { code: "conflict" } });
    expect(await change({ poll: terms })).toMatchObject({ status: 409 });
    expect((await change({ content: "Which colour?", poll: { options: ["Red", "Blue"], duration: 900 } })).body).toMatchObject({
      content: "Which colour?",
      poll: { votes: 1 },
    });
  });

  test("tells its result live to those who follow the post, and nobody's vote", async () => {
    const [alice, bob, carol] = (await people("alice", "bob", "carol")) as [Person, Person, Person];
    const id = await ask(alice);
    const socket = await openSocket(feed, carol);
    await socket.ask("subscribe-post", id);
    await vote(bob, id, 1);
    await eventually(() => expect(socket.of("poll_voted").at(-1)?.data).toEqual({ postId: id, votes: [0, 1, 0] }));
    await alice.patch(`/api/v1/posts/${id}`, { content: "Tell me" });
    await eventually(() => expect(socket.of("post_updated").at(-1)?.data).toMatchObject({ post: { poll: { votes: 1 } } }));
    expect(JSON.stringify(socket.of("post_updated"))).not.toContain("myVote");
    const bodies = await (await postDatabase()).query<{ body: string }>("SELECT body FROM newfeed.outbox WHERE type = 'poll.voted' AND key = $1", [id]);
    expect(bodies.length).toBe(1);
    expect(bodies[0]?.body).not.toContain(bob.id);
    socket.close();
  });

  test("is there in GraphQL", async () => {
    const [alice, bob] = (await people("alice", "bob")) as [Person, Person];
    const created = await alice.graphql(
      `mutation { createPost(input: { content: "?", postType: "TEXT", poll: { options: ["A", "B"], duration: 600 } }) { post { id } } }`,
    );
    const { id } = created.body.data.createPost.post;
    const done = await bob.graphql(`mutation { votePoll(id: "${id}", option: 1) { success post { poll { options { text votes } votes closed myVote } } } }`);
    const options = [
      { text: "A", votes: 0 },
      { text: "B", votes: 1 },
    ];
    expect(done.body.data.votePoll).toEqual({ success: true, post: { poll: { options, votes: 1, closed: false, myVote: 1 } } });
    expect((await bob.graphql(`mutation { votePoll(id: "${id}", option: 0) { success code } }`)).body.data.votePoll).toEqual({
      success: false,
      code: "conflict",
    });
    expect((await alice.graphql(`{ getPost(id: "${id}") { post { poll { myVote duration endsAt } } } }`)).body.data.getPost.post.poll).toMatchObject({
      myVote: null,
      duration: 600,
    });
  });

  test("is exported by one's own votes alone; votes go with their post and with their user, also after the end", async () => {
    const [alice, bob, carol] = (await people("alice", "bob", "carol")) as [Person, Person, Person];
    const [first, second] = [await ask(alice), await ask(alice)];
    for (const id of [first, second]) await vote(bob, id, 1);
    for (const id of [first, second]) await vote(carol, id, 1);
    const exported = (await bob.get("/api/v1/users/me/export")).body;
    expect(exported.pollVotes).toMatchObject([first, second].map((postId) => ({ postId, option: "Coffee" })));
    expect(JSON.stringify((await alice.get("/api/v1/users/me/export")).body.posts)).not.toContain(bob.id);

    const { query } = await postDatabase();
    const stored = async () =>
      (await query<{ id: string }>("SELECT DISTINCT post_id AS id FROM poll_vote WHERE post_id = ANY($1)", [[first, second]])).map(({ id }) => id);
    await alice.delete(`/api/v1/posts/${first}`);
    await eventually(async () => expect(await stored()).toEqual([second]));
    expect((await bob.get("/api/v1/users/me/export")).body.pollVotes).toMatchObject([{ postId: second }]);

    await end(second);
    const socket = await openSocket(feed, alice);
    await socket.ask("subscribe-post", second);
    await bob.delete("/api/auth/me", { password: bob.password });
    await eventually(async () => expect(counts(await pollOf(alice, second))).toEqual([0, 1, 0]));
    await eventually(() => expect(socket.of("poll_voted").at(-1)?.data).toEqual({ postId: second, votes: [0, 1, 0] }));
    socket.close();
  });

  test("that has ended notifies who asked and who voted, once, but for those who do not see the post", async () => {
    const [alice, bob, carol, dora] = (await people("alice", "bob", "carol", "dora")) as [Person, Person, Person, Person];
    for (const reader of [bob, carol]) {
      await reader.post(`/api/v1/users/${alice.id}/follow`);
      await eventually(async () => expect((await alice.get(`/api/v1/users/${reader.id}`)).body.followsMe).toBe(true));
    }
    const [open, closed] = [await ask(alice), await ask(alice, { visibility: "followers" })];
    for (const [voter, id] of [
      [alice, open],
      [bob, open],
      [carol, open],
      [bob, closed],
      [carol, closed],
    ] as const)
      await eventually(async () => expect((await vote(voter, id, 0)).status).toBe(200));
    await alice.post(`/api/v1/users/${carol.id}/block`);
    await bob.delete(`/api/v1/users/${alice.id}/follow`);
    await eventually(async () => expect((await bob.get(`/api/v1/posts/${closed}`)).status).toBe(404));
    const told = async (person: Person) => {
      const { data } = (await person.get("/api/v1/notifications")).body as { data: { type: string; message: string; data: { postId?: string } }[] };
      return data.filter(({ type }) => type === "poll_ended").map(({ message, data }) => [message, data.postId]);
    };
    const { revision } = (await alice.get(`/api/v1/posts/${open}`)).body;
    for (const id of [open, closed]) await end(id);
    const toAlice = [open, closed].map((id) => ["Your poll has ended", id]);
    await eventually(async () => expect((await told(alice)).toSorted()).toEqual(toAlice.toSorted()));
    await eventually(async () => expect(await told(bob)).toEqual([[`A poll by ${alice.username.replace(/_.*/, "")} Tester has ended`, open]]));
    expect((await alice.get(`/api/v1/posts/${open}`)).body.revision, "copies in caches are older").toBe(revision + 1);
    const { query } = await postDatabase();
    await eventually(async () => expect(await query("SELECT FROM newfeed.job")).toEqual([]));
    expect(await told(carol)).toEqual([]);
    expect(await told(dora)).toEqual([]);
  });
});
