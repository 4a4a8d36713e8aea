import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { EventSource } from "eventsource";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closedAfterEach, type EventListener, openEvents, openSocket } from "./support/clients.ts";
import { cursorOf } from "./support/cursors.ts";
import { startEdge } from "./support/edge.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
let alice: Person;
let bob: Person;
const listening = closedAfterEach();
beforeAll(async () => {
  feed = await startTestFeed();
  [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
});
afterAll(() => feed.close());

const write = async (author: Person, body: object = {}) =>
  (await author.post("/api/v1/posts", { content: "Hello", postType: "TEXT", ...body })).body.id as string;
const posts = (count: number) => Promise.all(Array.from({ length: count }, () => write(alice)));
const comment = async (postId: string, content: string) => expect((await alice.post(`/api/v1/posts/${postId}/comments`, { content })).status).toBe(201);
const names = (ids: readonly string[]) => ids.map((id) => `post:${id}`);
const open = (person: Person, streams: string, lastEventId?: string) => openEvents(feed, person, `/api/sse?streams=${streams}`, lastEventId).then(listening);
const connectionOf = (source: EventListener) => source.of("hello").at(-1)?.data.connection as string;
const change = (person: Person, source: EventListener, body: object) => person.post(`/api/sse/${connectionOf(source)}/streams`, body);
/** `stream: content` of each comment, in order. */
const comments = (source: EventListener) => source.of("comment_added").map(({ data }) => `${data.stream}: ${data.comment.content}`);
const caughtUp = (source: EventListener, count: number) => eventually(() => expect(source.of("caught_up")).toHaveLength(count), 30_000);

describe("an event stream that carries many streams", () => {
  test("delivers all of them with their names, in one connection, likes and new posts included", async () => {
    const [one, two] = (await posts(2)) as [string, string];
    await bob.post(`/api/v1/users/${alice.id}/follow`);
    const source = await open(bob, `post:${one},post:${two},user:me,feed:me`);
    expect(source.of("hello")[0]?.data).toEqual({ connection: expect.stringMatching(/^embedded~[\w-]{20}$/) });
    await caughtUp(source, 4);
    expect(source.of("followed").map(({ data }) => data.stream)).toEqual([`post:${one}`, `post:${two}`, `user:${bob.id}`, "feed:me"]);
    await comment(two, "second");
    await eventually(() => expect(comments(source)).toHaveLength(1));
    await comment(one, `first @${bob.username}`);
    await alice.post(`/api/v1/posts/${one}/like`);
    await alice.post(`/api/v1/posts/${one}/repost`);
    // The follow has yet to arrive.
    const posted: string[] = [];
    await eventually(async () => {
      posted.push(await write(alice));
      expect(source.of("new_post")).not.toEqual([]);
    });
    expect(posted).toContain(source.of("new_post")[0]?.data.post.id);
    await eventually(() => {
      expect(comments(source)).toEqual([`post:${two}: second`, `post:${one}: first @${bob.username}`]);
      expect(source.of("notification").map(({ data }) => [data.stream, data.type])).toEqual([[`user:${bob.id}`, "mention"]]);
      expect(source.of("post_liked").map(({ data }) => data)).toEqual([{ postId: one, likeCount: 1 }]);
      expect(source.of("post_reposted").map(({ data }) => data)).toEqual([{ postId: one, repostCount: 1 }]);
    });
  });

  test("resumes each from its own position, once and in order, whatever is lost", async () => {
    const ids = await posts(3);
    const edge = await startEdge(feed.url);
    const received: string[] = [];
    const source = new EventSource(`${edge.url}/api/sse?streams=${names(ids)},user:me`, {
      fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, authorization: `Bearer ${bob.token}` } }),
    });
    let [hellos, caughtUpWith] = [0, 0];
    source.addEventListener("hello", () => void hellos++);
    source.addEventListener("caught_up", () => void caughtUpWith++);
    source.addEventListener("reset", () => received.push("reset"));
    source.addEventListener("comment_added", ({ data }) => received.push(JSON.parse(data).comment.content));
    await eventually(() => expect(caughtUpWith).toBe(4));
    const written: string[] = [];
    for (let round = 0; round < 4; round++) {
      await eventually(() => expect(hellos).toBe(round + 1), 10_000);
      for (const [index, id] of ids.entries()) {
        // Cut between two comments, and with some only of the streams having moved.
        if (index === round) edge.cut();
        if ((round + index) % 3 === 2) continue;
        const content = `${round}.${index}`;
        await comment(id, content);
        written.push(content);
      }
    }
    await eventually(() => expect([...received].sort()).toEqual([...written].sort()), 15_000);
    for (const index of [0, 1, 2]) expect(received.filter((text) => text.endsWith(`.${index}`))).toEqual(written.filter((text) => text.endsWith(`.${index}`)));
    source.close();
    await edge.close();
  }, 60_000);

  test("starts where each stream's cursor says, and from now on without one", async () => {
    const [one, two, three] = (await posts(3)) as [string, string, string];
    const first = await open(bob, names([one, two, three]).join());
    await caughtUp(first, 3);
    const cursors = new Map(first.of("followed").map(({ data }) => [data.stream, data.cursor]));
    for (const id of [one, two, three]) await comment(id, "missed");
    await eventually(() => expect(comments(first)).toHaveLength(3));
    const later = await open(bob, `post:${one}@${cursors.get(`post:${one}`)},post:${two},post:${three}@elsewhere:7`);
    await caughtUp(later, 3);
    expect(comments(later)).toEqual([`post:${one}: missed`]);
    expect(later.of("caught_up").map(({ data }) => [data.replayed, data.reset])).toEqual([
      [1, false],
      [0, false],
      [0, true],
    ]);
    expect(later.of("reset").map(({ data }) => [data.stream, data.reason])).toEqual([[`post:${three}`, "epoch"]]);
  });

  test("follows what its position names, and resets each stream for a position that is none", async () => {
    const [one, two] = (await posts(2)) as [string, string];
    const first = await open(bob, `post:${one}`);
    await caughtUp(first, 1);
    const resumed = await open(bob, `post:${two}`, first.cursor());
    await caughtUp(resumed, 1);
    expect(resumed.of("followed").map(({ data }) => data.stream)).toEqual([`post:${one}`]);
    expect(await feed.call("GET", `/api/sse?lastEventId=${first.cursor()}`, undefined, { authorization: "Bearer none" })).toMatchObject({ status: 401 });
    for (const position of ["nonsense", "x".repeat(5_000), "epoch-epoch:1", "epoch-epoch~zz", `epoch-epoch~p${"A".repeat(22)}zzzzzzzzzzzzz`]) {
      const lost = await open(bob, `post:${one},post:${two}`, position);
      await eventually(() => expect(lost.of("reset").map(({ data }) => data.reason)).toEqual(["epoch", "epoch"]));
      lost.close();
    }
    // As from before a restored backup: it is known what was followed.
    const restored = await open(bob, `post:${two}`, `another-epoch~${first.cursor()?.split("~")[1]}`);
    await eventually(() => expect(restored.of("reset").map(({ data }) => [data.stream, data.reason])).toEqual([[`post:${one}`, "epoch"]]));
    // Another user signed in in this browser.
    const inbox = await open(alice, "user:me");
    await caughtUp(inbox, 1);
    const other = await open(bob, "user:me", inbox.cursor());
    await eventually(() => expect(other.of("reset").map(({ data }) => data.stream)).toEqual([`user:${bob.id}`]));
  });

  test("tells what became of one stream, and goes on with the others", async () => {
    const [kept, deleted, own] = [await write(alice), await write(alice), await write(bob)];
    const carol = await feed.person("carol");
    const hers = await write(carol);
    const nowhere = "post:01a21450-6d93-76a6-9b63-f37b004d8a53";
    const source = await open(bob, `${nowhere},${names([kept, deleted, own, hers])}`);
    await caughtUp(source, 4);
    expect(source.of("unfollowed").map(({ data }) => data)).toEqual([
      { stream: nowhere, reason: "refused", error: { code: "not_found", message: "There is no such thing." } },
    ]);
    await alice.delete(`/api/v1/posts/${deleted}`);
    await eventually(() => expect(source.of("post_deleted", "unfollowed").at(-1)?.data).toEqual({ stream: `post:${deleted}`, reason: "ended" }));
    expect(source.of("post_deleted").map(({ data }) => data.stream)).toEqual([`post:${deleted}`]);
    await carol.post(`/api/v1/users/${bob.id}/block`);
    await eventually(() => expect(source.of("unfollowed").at(-1)?.data).toEqual({ stream: `post:${hers}`, reason: "ended" }));
    expect(source.of("retract").at(-1)?.data).toMatchObject({ stream: `post:${hers}`, items: [{ type: "post", id: hers }] });
    await comment(kept, "still here");
    await eventually(() => expect(comments(source)).toEqual([`post:${kept}: still here`]));
    // One that comes back later gets the deletion, and is not told twice.
    const back = await open(bob, "user:me", source.cursor());
    await caughtUp(back, 2);
    expect(back.of("followed").map(({ data }) => data.stream)).toEqual(names([kept, own]));
  });

  test("has an id that fits into a header with a hundred streams, and resumes all of them from it", async () => {
    const ids = await posts(100);
    const source = await open(bob, names(ids).join());
    await caughtUp(source, 100);
    const position = source.cursor() as string;
    expect(position.length).toBeLessThan(3_000);
    expect(encodeURIComponent(position)).toBe(position);
    source.close();
    await comment(ids[99] as string, "away");
    const byHeader = await open(bob, "user:me", position);
    await caughtUp(byHeader, 100);
    expect(comments(byHeader)).toEqual([`post:${ids[99]}: away`]);
    const byQuery = listening(await openEvents(feed, bob, `/api/sse?streams=${names(ids)}&lastEventId=${position}`));
    await caughtUp(byQuery, 100);
    expect(comments(byQuery)).toEqual([`post:${ids[99]}: away`]);
    expect(await bob.get(`/api/sse?streams=${names(ids)},user:me`)).toMatchObject({ status: 400, body: { code: "validation_failed" } });
    await change(bob, byQuery, { add: [{ stream: "user:me" }] });
    await eventually(() =>
      expect(byQuery.of("unfollowed").at(-1)?.data).toMatchObject({ stream: `user:${bob.id}`, reason: "refused", error: { code: "too_many_streams" } }),
    );
  }, 120_000);

  test("refuses what it does not understand, and another user's inbox", async () => {
    for (const query of ["", "streams=", "streams=post:1", "streams=nonsense", "streams=post:", `streams=post:${alice.id}@nonsense`, "stream=user:me"])
      expect([query, await bob.get(`/api/sse?${query}`)]).toMatchObject([query, { status: 400, body: { code: "validation_failed" } }]);
    expect(await bob.get(`/api/sse?streams=user:${alice.id}`)).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect(await feed.call("GET", "/api/sse?streams=user:me")).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
    expect((await bob.post("/api/sse?streams=user:me")).headers.get("allow")).toBe("GET");
  });
});

describe("a call that changes what an event stream carries", () => {
  test("adds a stream from its cursor and takes another away, without a gap", async () => {
    const [one, two] = (await posts(2)) as [string, string];
    const watching = await open(bob, `post:${two}`);
    await caughtUp(watching, 1);
    const cursor = watching.cursor();
    const at = watching.of("followed")[0]?.data.cursor;
    const source = await open(bob, `post:${one}`);
    await caughtUp(source, 1);
    await comment(two, "before the call");
    expect(await change(bob, source, { add: [{ stream: `post:${two}`, cursor: at }], remove: [`post:${one}`] })).toMatchObject({
      status: 202,
      body: { accepted: true },
    });
    await caughtUp(source, 2);
    expect(source.of("unfollowed").map(({ data }) => data)).toEqual([{ stream: `post:${one}`, reason: "removed" }]);
    await comment(one, "not followed any more");
    await comment(two, "after the call");
    await eventually(() => expect(comments(source)).toEqual([`post:${two}: before the call`, `post:${two}: after the call`]));
    // Its position names what is followed now.
    expect(source.cursor()?.split("~")[1]?.split(".")).toHaveLength(1);
    expect(source.cursor()).not.toBe(cursor);
  });

  test("under load loses and repeats nothing", async () => {
    const ids = await posts(4);
    const source = await open(bob, "user:me");
    await caughtUp(source, 1);
    const watching = await open(bob, names(ids).join());
    await caughtUp(watching, 4);
    const cursors = new Map(watching.of("followed").map(({ data }) => [data.stream, data.cursor]));
    const written: string[] = [];
    const writing = (async () => {
      for (let index = 0; index < 80; index++) {
        const id = ids[index % ids.length] as string;
        await comment(id, String(index));
        written.push(`post:${id}: ${index}`);
      }
    })();
    for (const stream of names(ids)) expect((await change(bob, source, { add: [{ stream, cursor: cursors.get(stream) }] })).status).toBe(202);
    await writing;
    await eventually(() => expect([...comments(source)].sort()).toEqual([...written].sort()), 15_000);
    for (const stream of names(ids))
      expect(comments(source).filter((text) => text.startsWith(stream))).toEqual(written.filter((text) => text.startsWith(stream)));
  }, 60_000);

  test("is for the connection's user only, and needs a valid name, body and origin", async () => {
    const [one] = (await posts(1)) as [string];
    const source = await open(bob, `post:${one}`);
    await caughtUp(source, 1);
    const add = { add: [{ stream: "user:me" }] };
    expect(await change(alice, source, add)).toMatchObject({ status: 404, body: { code: "not_found" } });
    expect(await feed.call("POST", `/api/sse/${connectionOf(source)}/streams`, add)).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
    expect(await feed.call("POST", `/api/sse/${connectionOf(source)}/streams`, "{")).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
    expect(await bob.post(`/api/sse/${connectionOf(source)}/streams`, "{")).toMatchObject({ status: 400, body: { code: "malformed_json" } });
    expect(await bob.post(`/api/sse/${connectionOf(source)}/streams`, "{}", { "content-type": "text/plain" })).toMatchObject({
      status: 415,
      body: { code: "unsupported_media_type" },
    });
    expect(await bob.post(`/api/sse/embedded~${"x".repeat(20)}/streams`, add)).toMatchObject({ status: 404, body: { code: "not_found" } });
    for (const name of ["x", "%00", "__proto__", "a~b", "x".repeat(300)])
      expect(await bob.post(`/api/sse/${name}/streams`, add)).toMatchObject({ status: 400, body: { code: "validation_failed" } });
    for (const body of [
      { add: "user:me" },
      { add: [{ stream: "nonsense" }] },
      { add: [{ stream: "user:me", cursor: "x" }] },
      { remove: ["post:1"] },
      { more: 1 },
      [],
      null,
      1,
    ])
      expect([body, await change(bob, source, body as object)]).toMatchObject([body, { status: 400 }]);
    expect(await change(bob, source, { add: [{ stream: `user:${alice.id}` }] })).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect(await bob.get(`/api/sse/${connectionOf(source)}/streams`)).toMatchObject({ status: 405, body: { code: "method_not_allowed" } });
    const login = await feed.call("POST", "/api/auth/login", { email: bob.email, password: bob.password });
    const cookie = login.headers
      .getSetCookie()
      .map((text) => text.split(";")[0])
      .join("; ");
    const byCookie = (origin: string) => feed.call("POST", `/api/sse/${connectionOf(source)}/streams`, add, { cookie, origin });
    expect(await byCookie("https://evil.example")).toMatchObject({ status: 403, body: { code: "cross_origin" } });
    expect(source.of("followed")).toHaveLength(1);
    expect(await byCookie(feed.url)).toMatchObject({ status: 202 });
    await caughtUp(source, 2);
  });
});

describe("a visitor who asks for it", () => {
  const asVisitor = async (path: string) => listening(await openEvents(feed, null, path));

  test("follows public posts over each transport, from a cursor, and nothing of a user", async () => {
    const [shown] = (await posts(1)) as [string];
    const hidden = await write(alice, { visibility: "followers" });
    const before = await cursorOf(async () => (await feed.call("GET", `/api/v1/posts/${shown}/comments`)).body);
    await comment(shown, "before");
    const many = await asVisitor(`/api/sse?streams=post:${shown}@${before},post:${hidden},user:me,feed:me&visitor=true`);
    const single = await asVisitor(`/api/sse/comments/${shown}?visitor=true`);
    const socket = listening(await openSocket(feed, null, { query: { visitor: "true" } }));
    expect(await socket.ask("subscribe-post", shown)).toMatchObject({ ok: true });
    expect(await socket.ask("subscribe-post", hidden)).toMatchObject({ ok: false, error: { code: "not_found" } });
    for (const event of ["subscribe", "subscribe-feed"]) expect(await socket.ask(event)).toMatchObject({ ok: false, error: { code: "unauthenticated" } });
    const refusals = () => many.of("unfollowed").map(({ data }) => data.error.code);
    await eventually(() => expect(refusals()).toEqual(["not_found", "unauthenticated", "unauthenticated"]));
    await comment(shown, "after");
    await eventually(() => expect(comments(many)).toEqual([`post:${shown}: before`, `post:${shown}: after`]));
    await eventually(() => expect([single.of("comment_added").length, socket.of("new_comment").length]).toEqual([1, 1]));

    const other = await write(alice);
    const name = connectionOf(many);
    expect((await feed.call("POST", `/api/sse/${name}/streams?visitor=true`, { add: [{ stream: `post:${other}` }] })).status).toBe(202);
    await eventually(() => expect(many.of("followed").map(({ data }) => data.stream)).toEqual([`post:${shown}`, `post:${other}`]));

    await alice.patch(`/api/v1/posts/${shown}`, { visibility: "followers" });
    await eventually(() => expect(many.of("retract").map(({ data }) => data.stream)).toEqual([`post:${shown}`]));
    await comment(shown, "for followers");
    await comment(other, "for all");
    await eventually(() => expect(comments(many).at(-1)).toBe(`post:${other}: for all`));
    expect(comments(many).join()).not.toContain("for followers");
  }, 30_000);

  test("without asking is refused as before, and so is an inbox of its own", async () => {
    const [shown] = (await posts(1)) as [string];
    for (const path of [`/api/sse?streams=post:${shown}`, `/api/sse/comments/${shown}`, "/api/sse/notifications?visitor=true"])
      expect([path, await feed.call("GET", path)]).toMatchObject([path, { status: 401, body: { code: "unauthenticated" } }]);
    await expect(openSocket(feed, null)).rejects.toMatchObject({ data: { code: "unauthenticated" } });
    expect(await alice.get(`/api/sse?streams=post:${shown}&visitor=yes`)).toMatchObject({ status: 400, body: { code: "validation_failed" } });
  });
});
