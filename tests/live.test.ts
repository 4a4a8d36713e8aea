import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closedAfterEach, type Listener, openEvents, openSocket } from "./support/clients.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
const listening = closedAfterEach();
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());

async function writePost(author: Person, content = "Hello World"): Promise<string> {
  const { status, body } = await author.post("/api/v1/posts", { content, postType: "TEXT" });
  expect(status).toBe(201);
  return body.id;
}
async function comment(author: Person, postId: string, content: string): Promise<string> {
  const { status, body } = await author.post(`/api/v1/posts/${postId}/comments`, { content });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.id;
}
const contents = (listener: Listener) => listener.of("new_comment", "comment_added").map((item) => item.data.comment.content);

describe("a comment", () => {
  test("reaches every follower of the post, on both transports, and the author's inbox, once each", async () => {
    const [alice, bob, carol] = await Promise.all([feed.person("alice"), feed.person("bob"), feed.person("carol")]);
    const postId = await writePost(alice);
    const [inbox, reader] = [listening(await openSocket(feed, alice)), listening(await openSocket(feed, carol, { url: feed.notificationUrl }))];
    const stream = listening(await openEvents(feed, carol, `/api/sse/comments/${postId}`));
    expect(await inbox.ask("subscribe", alice.id)).toMatchObject({ ok: true, replayed: 0 });
    expect(await reader.ask("subscribe-post", postId)).toMatchObject({ ok: true, replayed: 0 });

    const commentId = await comment(bob, postId, "Nice");
    await eventually(() => {
      expect(inbox.of("notification").filter((item) => item.data.type === "new_comment")).toHaveLength(1);
      expect(contents(reader)).toEqual(["Nice"]);
      expect(contents(stream)).toEqual(["Nice"]);
    });
    const notification = inbox.of("notification").find((item) => item.data.type === "new_comment");
    expect(notification?.data).toMatchObject({
      read: false,
      actor: { id: bob.id, username: bob.username },
      data: { postId, commentId },
      message: "bob Tester commented on your post",
    });
    // The same cursor on both transports.
    expect(reader.of("new_comment")[0]?.cursor).toBe(stream.of("comment_added")[0]?.cursor);
    const list = await alice.get("/api/v1/notifications");
    expect(list.body.data.filter((item: { type: string }) => item.type === "new_comment")).toHaveLength(1);

    expect(await reader.ask("unsubscribe-post", postId)).toEqual({ ok: true });
    await comment(bob, postId, "Only the stream receives this");
    await eventually(() => expect(contents(stream)).toEqual(["Nice", "Only the stream receives this"]));
    expect(contents(reader)).toEqual(["Nice"]);
  });

  test("on the author's own post causes no notification", async () => {
    const [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
    const postId = await writePost(alice);
    const inbox = listening(await openSocket(feed, alice));
    await inbox.ask("subscribe");
    await comment(alice, postId, "My own");
    await comment(bob, postId, "Another's");
    await eventually(() => expect(inbox.of("notification").filter((item) => item.data.type === "new_comment")).toHaveLength(1));
    expect(inbox.of("notification").filter((item) => item.data.type === "new_comment")[0]?.data.actor.id).toBe(bob.id);
  });
});

describe("a client that was offline", () => {
  test("for 200 events gets all of them once and in order, on either transport", async () => {
    const [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
    const postId = await writePost(alice);
    const before = listening(await openSocket(feed, bob));
    await before.ask("subscribe-post", postId);
    await comment(bob, postId, "seen before leaving");
    await eventually(() => expect(contents(before)).toHaveLength(1));
    const cursor = before.cursor();
    before.close();

    const missed = Array.from({ length: 200 }, (_, index) => `missed ${index}`);
    for (const content of missed) await comment(alice, postId, content);
    await eventually(async () => {
      const page = await bob.get(`/api/v1/streams/post:${postId}/entries?after=${encodeURIComponent(String(cursor))}&limit=500`);
      expect(page.body.entries).toHaveLength(200);
    });

    const onSocket = listening(await openSocket(feed, bob));
    expect(await onSocket.ask("subscribe-post", postId, { cursor })).toMatchObject({ ok: true, replayed: 200 });
    expect(contents(onSocket)).toEqual(missed);

    const onEvents = listening(await openEvents(feed, bob, `/api/sse/comments/${postId}`, cursor));
    await eventually(() => expect(contents(onEvents)).toEqual(missed));
    expect(onEvents.of("hello")[0]?.data.cursor).toBe(cursor);

    // From the middle, on the other transport; then live.
    const middle = onEvents.of("comment_added")[99]?.cursor;
    const later = listening(await openSocket(feed, bob, { transports: ["polling"] }));
    expect(await later.ask("subscribe-post", postId, { cursor: middle })).toMatchObject({ replayed: 100 });
    await comment(alice, postId, "live again");
    await eventually(() => {
      expect(contents(later)).toEqual([...missed.slice(100), "live again"]);
      expect(contents(onSocket)).toEqual([...missed, "live again"]);
      expect(contents(onEvents)).toEqual([...missed, "live again"]);
    });
  });

  test("subscribes under load without gaps or duplicates", async () => {
    const [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
    const postId = await writePost(alice);
    const first = listening(await openSocket(feed, bob));
    const { cursor } = await first.ask("subscribe-post", postId);
    const written = (async () => {
      for (let index = 0; index < 120; index++) await comment(alice, postId, String(index));
    })();
    const joiners: Listener[] = [];
    for (let index = 0; index < 8; index++) {
      const socket = listening(await openSocket(feed, bob));
      expect(await socket.ask("subscribe-post", postId, { cursor })).toMatchObject({ ok: true });
      joiners.push(socket, listening(await openEvents(feed, bob, `/api/sse/comments/${postId}`, cursor)));
    }
    await written;
    const all = Array.from({ length: 120 }, (_, index) => String(index));
    await eventually(() => {
      for (const joiner of [first, ...joiners]) expect(contents(joiner)).toEqual(all);
    });
  });

  test("with a cursor that cannot be resumed gets a reset and continues from the end", async () => {
    const [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
    const postId = await writePost(alice);
    const socket = listening(await openSocket(feed, bob));
    await socket.ask("subscribe-post", postId);
    await comment(alice, postId, "before");
    await eventually(() => expect(contents(socket)).toEqual(["before"]));
    const cursor = socket.cursor();
    const epoch = String(cursor).split(":")[0];
    for (const [position, reason] of [
      [`${"x".repeat(12)}:1`, "epoch"],
      [`${epoch}:999`, "future"],
    ]) {
      expect(await socket.ask("subscribe-post", postId, { cursor: position })).toMatchObject({ ok: true, reset: true, replayed: 0 });
      expect(socket.of("reset").at(-1)?.data).toMatchObject({
        stream: `post:${postId}`,
        reason,
        refetch: [`/api/v1/posts/${postId}`, `/api/v1/posts/${postId}/comments`],
      });
    }
    const events = listening(await openEvents(feed, bob, `/api/sse/comments/${postId}`, "nonsense"));
    expect(events.of("reset")[0]?.data.reason).toBe("epoch");
    await comment(alice, postId, "after");
    await eventually(() => {
      expect(contents(socket)).toEqual(["before", "after"]);
      expect(contents(events)).toEqual(["after"]);
    });
  });
});

describe("likes", () => {
  test("reach the author once and group until read; an unlike lowers the count, and zero removes the notification", async () => {
    const [alice, bob, carol] = await Promise.all([feed.person("alice"), feed.person("bob"), feed.person("carol")]);
    const postId = await writePost(alice);
    const inbox = listening(await openSocket(feed, alice));
    await inbox.ask("subscribe");
    const likes = () => inbox.of("notification").filter((item) => item.data.type === "post_liked");

    await bob.post(`/api/v1/posts/${postId}/like`);
    await eventually(() => expect(likes()).toHaveLength(1));
    expect(likes()[0]?.data).toMatchObject({ message: "bob Tester liked your post", data: { postId, count: 1 }, groupKey: `post_liked:${postId}` });
    await carol.post(`/api/v1/posts/${postId}/like`);
    await eventually(() => expect(likes()).toHaveLength(2));
    expect(likes()[1]?.data).toMatchObject({ id: likes()[0]?.data.id, message: "carol Tester and bob Tester liked your post", data: { count: 2 } });
    expect(likes()[1]?.data.revision).toBeGreaterThan(likes()[0]?.data.revision);
    expect(likes()[1]?.data.unreadCount).toBe(likes()[0]?.data.unreadCount);

    await carol.delete(`/api/v1/posts/${postId}/like`);
    await eventually(() => expect(likes().at(-1)?.data).toMatchObject({ message: "bob Tester liked your post", data: { count: 1 } }));
    await bob.delete(`/api/v1/posts/${postId}/like`);
    await eventually(() => expect(inbox.of("retract").at(-1)?.data.items).toEqual([{ type: "notification", id: likes()[0]?.data.id }]));

    const [dave, erin] = await Promise.all([feed.person("dave"), feed.person("erin")]);
    await dave.post(`/api/v1/posts/${postId}/like`);
    await eventually(() => expect(likes()).toHaveLength(4));
    const id = likes()[3]?.data.id;
    expect((await alice.patch(`/api/v1/notifications/${id}/read`)).status).toBe(200);
    await erin.post(`/api/v1/posts/${postId}/like`);
    await eventually(() => expect(likes()).toHaveLength(5));
    expect(likes()[4]?.data.id).not.toBe(id);
  });
});

describe("read state", () => {
  test("is synchronised with the user's other devices, and only the user can change it", async () => {
    const [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
    const postId = await writePost(alice);
    const [phone, laptop] = [listening(await openSocket(feed, alice)), listening(await openEvents(feed, alice, "/api/sse/notifications"))];
    await phone.ask("subscribe");
    await comment(bob, postId, "Hi");
    const id = await eventually(() => {
      const item = phone.of("notification").find(({ data }) => data.type === "new_comment");
      if (!item) throw new Error("no notification yet");
      return item.data.id as string;
    });
    expect(await bob.patch(`/api/v1/notifications/${id}/read`)).toMatchObject({ status: 404, body: { code: "not_found" } });
    const { body } = await alice.patch(`/api/v1/notifications/${id}/read`);
    await eventually(() => {
      expect(phone.of("notification_read")[0]?.data).toMatchObject({ ids: [id], unreadCount: body.unreadCount });
      expect(laptop.of("notification_read")[0]?.data).toMatchObject({ ids: [id], unreadCount: body.unreadCount });
    });
    await alice.post("/api/v1/notifications/read-all");
    await eventually(() => expect(phone.of("notification_read").at(-1)?.data).toMatchObject({ all: true, unreadCount: 0 }));
    expect((await alice.get("/api/v1/notifications/unread-count")).body).toEqual({ unreadCount: 0, unseenCount: 0 });
  });

  test("another user's inbox can be neither followed nor polled", async () => {
    const [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
    const socket = listening(await openSocket(feed, bob));
    expect(await socket.ask("subscribe", alice.id)).toMatchObject({ ok: false, error: { code: "forbidden" } });
    expect(await bob.get(`/api/v1/streams/user:${alice.id}/entries`)).toMatchObject({ status: 403, body: { code: "forbidden" } });
  });
});

describe("a deletion", () => {
  test("of a comment makes it unreadable in a replay", async () => {
    const [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
    const postId = await writePost(alice);
    const socket = listening(await openSocket(feed, bob));
    const { cursor } = await socket.ask("subscribe-post", postId);
    const id = await comment(alice, postId, "a secret that slipped out");
    expect((await alice.delete(`/api/v1/comments/${id}`)).status).toBe(204);
    await eventually(() => expect(socket.of("comment_deleted")).toHaveLength(1));
    const again = listening(await openSocket(feed, bob));
    await again.ask("subscribe-post", postId, { cursor });
    expect(JSON.stringify(again.received)).not.toContain("secret");
    expect(again.of("comment_deleted").length).toBeGreaterThan(0);
  });

  test("of a post reaches its followers, and its stream ends", async () => {
    const [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
    const postId = await writePost(alice);
    const socket = listening(await openSocket(feed, bob));
    const events = listening(await openEvents(feed, bob, `/api/sse/comments/${postId}`));
    const { cursor } = await socket.ask("subscribe-post", postId);
    await comment(alice, postId, "goes with it");
    expect((await alice.delete(`/api/v1/posts/${postId}`)).status).toBe(204);
    await eventually(() => {
      expect(socket.of("post_deleted")).toHaveLength(1);
      expect(events.of("post_deleted")).toHaveLength(1);
    });
    // The EventSource reconnects once, and then closes for good (204).
    await eventually(() => expect(events.source.readyState).toBe(2), 8_000);
    const late = listening(await openSocket(feed, bob));
    expect(await late.ask("subscribe-post", postId, { cursor })).toMatchObject({ ok: true, replayed: 1 });
    expect(late.received.map((item) => item.event)).toEqual(["post_deleted"]);
    expect(await late.ask("subscribe-post", postId)).toMatchObject({ ok: false, error: { code: "not_found" } });
  });
});

describe("a connection", () => {
  test("needs an identity, and a trusted origin for a cookie", async () => {
    const anonymous = { ...(await feed.person("anonymous")), token: "" };
    await expect(openSocket(feed, anonymous)).rejects.toMatchObject({ data: { code: "unauthenticated" } });
    await expect(openSocket(feed, { ...anonymous, token: "eyJhbGciOiJub25lIn0.e30." })).rejects.toMatchObject({ data: { code: "unauthenticated" } });
    expect(await feed.call("GET", "/api/sse/notifications")).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
    const evil = await feed.call("GET", "/api/sse/notifications", undefined, { cookie: "stream_token=x", origin: "https://evil.example" });
    expect(evil).toMatchObject({ status: 403, body: { code: "cross_origin" } });
  });

  test("ends within two seconds of its session, on both transports", async () => {
    const alice = await feed.person("alice");
    const socket = listening(await openSocket(feed, alice));
    const events = listening(await openEvents(feed, alice, "/api/sse/notifications"));
    expect((await alice.post("/api/auth/logout")).status).toBe(200);
    await eventually(() => {
      expect(socket.socket.connected).toBe(false);
      expect(events.of("closing")[0]?.data).toMatchObject({ code: "revoked", resume: false });
    }, 2_000);
    expect(socket.of("closing")[0]?.data).toMatchObject({ code: "revoked", resume: false });
    await expect(openSocket(feed, alice)).rejects.toMatchObject({ data: { code: "unauthenticated" } });
    await eventually(async () => expect((await alice.get("/api/auth/me")).status).toBe(401), 2_000);
  });

  test("acknowledges invalid arguments with the field, and stays open", async () => {
    const alice = await feed.person("alice");
    const socket = listening(await openSocket(feed, alice));
    for (const args of [["not-an-id"], [], [{}], [alice.id, { cursor: 5 }], [alice.id, { cursor: "x" }], [alice.id, {}, "extra"]])
      expect(await socket.ask("subscribe-post", ...args), JSON.stringify(args)).toMatchObject({ ok: false, error: { code: "validation_failed" } });
    expect(await socket.ask("subscribe-post", alice.id)).toMatchObject({ ok: false, error: { code: "not_found" } });
    expect(await socket.ask("subscribe")).toMatchObject({ ok: true });
  });
});
