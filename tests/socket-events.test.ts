import { socketEventRate } from "@newfeed/shared/contracts/limits.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closedAfterEach, openSocket, type SocketListener } from "./support/clients.ts";
import { createPost } from "./support/comments.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
let john: Person;
let postId: string;
const listening = closedAfterEach();
const open = async (person: Person, options?: { url?: string }) => listening(await openSocket(feed, person, options));

beforeAll(async () => {
  feed = await startTestFeed({ RATE_LIMIT_FACTOR: "1" });
  john = await feed.person("john");
  postId = await createPost(john);
});
afterAll(() => feed.close());

describe("null, which undefined becomes on the wire", () => {
  test.each<[string, () => unknown[]]>([
    ["subscribe", () => [null, null]],
    ["subscribe", () => [undefined, undefined]],
    ["subscribe", () => [john.id, { cursor: null }]],
    ["subscribe", () => [null, { cursor: undefined }]],
    ["unsubscribe", () => [null]],
    ["subscribe-post", () => [postId, null]],
    ["subscribe-post", () => [postId, { cursor: null }]],
    ["subscribe-post", () => [postId, undefined, null]],
    ["unsubscribe-post", () => [postId, null]],
    ["subscribe-feed", () => [null]],
    ["unsubscribe-feed", () => [undefined, null]],
    ["refresh-token", () => [{ token: john.token }, null]],
  ])("is taken as absent by %s", async (event, args) => {
    const socket = await open(john);
    expect(await socket.ask(event, ...args())).toMatchObject({ ok: true });
  });

  test("is not taken for what has to be there", async () => {
    const socket = await open(john);
    expect(await socket.ask("subscribe-post", null)).toMatchObject({ ok: false, error: { code: "validation_failed", message: "postId is required" } });
    expect(await socket.ask("refresh-token", null)).toMatchObject({ ok: false, error: { message: "options is required" } });
    expect(await socket.ask("refresh-token", { token: null })).toMatchObject({ ok: false, error: { message: "options.token must be text" } });
  });
});

test("unsubscribe takes the user's id, as subscribe does, and no other's", async () => {
  const mary = await feed.person("mary");
  const socket = await open(john);
  // The welcome has arrived: it could come while he follows.
  await eventually(async () => expect((await john.get("/api/v1/notifications/unread-count")).body.unreadCount).toBe(1));
  expect(await socket.ask("subscribe", john.id)).toMatchObject({ ok: true });
  expect(await socket.ask("unsubscribe", mary.id)).toMatchObject({ ok: false, error: { code: "forbidden" } });
  expect(await socket.ask("unsubscribe", john.id)).toEqual({ ok: true });
  await mary.post(`/api/v1/posts/${postId}/like`);
  await eventually(async () => expect((await john.get("/api/v1/notifications/unread-count")).body.unreadCount).toBeGreaterThan(1));
  expect(socket.of("notification")).toEqual([]);
});

describe("a refusal", () => {
  const refused: [string, () => unknown[], object][] = [
    ["subscribe-post", () => ["1"], { code: "validation_failed", message: "postId must be an id (a UUID)", errors: [{ field: "postId" }] }],
    ["subscribe-post", () => [postId, { cursor: 5 }], { code: "validation_failed", message: "options.cursor must be text" }],
    ["subscribe", () => [postId], { code: "forbidden" }],
    ["subscribe-post", () => [john.id], { code: "not_found" }],
    ["subscribe-post", () => [postId, {}, "surplus"], { code: "validation_failed", message: "arguments must have at most 2 items" }],
    ["nothing", () => [], { code: "not_found" }],
    ["refresh-token", () => [{ token: "x" }], { code: "unauthenticated" }],
  ];

  test.each(refused)("of %s is acknowledged with a sentence", async (event, args, error) => {
    const socket = await open(john);
    expect(await socket.ask(event, ...args())).toMatchObject({ ok: false, error });
    expect(socket.of("error")).toEqual([]);
  });

  test.each(refused)("of %s without an acknowledgement is an `error` event", async (event, args, error) => {
    const socket = await open(john);
    socket.socket.emit(event, ...args());
    await eventually(() => expect(socket.of("error")).toMatchObject([{ data: { event, ...error } }]));
    expect(await socket.ask("subscribe-post", postId)).toMatchObject({ ok: true });
  });

  test("sends back no more of an event's name than a line", async () => {
    const socket = await open(john);
    socket.socket.emit("x".repeat(50_000));
    await eventually(() => expect(socket.of("error")).toMatchObject([{ data: { event: "x".repeat(64), code: "not_found" } }]));
  });
});

describe("a session is cut", () => {
  test.each([
    ["that connects to namespaces again and again", "0/other,"],
    ["that acknowledges what nobody asked for", '3["nothing"]'],
  ])("%s", async (_what, packet) => {
    const { socket } = await open(john);
    for (let count = 0; count < 9; count++) socket.io.engine.write(packet);
    expect(await socket.timeout(10_000).emitWithAck("unsubscribe-feed")).toEqual({ ok: true });
    for (let count = 0; count < 3; count++) socket.io.engine.write(packet);
    await eventually(() => expect(socket.connected).toBe(false));
  });

  test("not for events with binary arguments, which are refused as others are", async () => {
    const { socket } = await open(john);
    for (let count = 0; count < 20; count++)
      expect(await socket.timeout(10_000).emitWithAck("subscribe-post", Buffer.from("x"))).toMatchObject({ ok: false, error: { code: "validation_failed" } });
  });

  test("that tries tokens", async () => {
    const socket = new WebSocket(`${feed.url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`);
    let refusals = 0;
    const closed = new Promise((resolve) => socket.addEventListener("close", resolve));
    socket.addEventListener("message", ({ data }) => {
      if (String(data).startsWith("0")) for (let count = 0; count < 50; count++) socket.send('40{"token":"no.such.token"}');
      if (String(data).startsWith("44")) refusals++;
    });
    await closed;
    expect(refusals).toBeLessThanOrEqual(10);
  });
});

describe("a client that emits too often", () => {
  const emit = (socket: SocketListener, count: number) =>
    Array.from({ length: count }, () =>
      socket.socket
        .timeout(10_000)
        .emitWithAck("unsubscribe-feed")
        .catch(() => ({ error: { code: "none" } })),
    ) as Promise<{
      ok: boolean;
      error?: { code: string; retryAfter?: number };
    }>[];

  test("is refused, then disconnected, and has to wait; another user is not affected", async () => {
    const [hasty, mary] = [await feed.person("hasty"), await feed.person("mary")];
    const [socket, second, other] = [await open(hasty), await open(hasty), await open(mary)];
    const within = await Promise.all(emit(socket, 100));
    expect(within.every(({ ok }) => ok)).toBe(true);

    const beyond = await Promise.all(emit(socket, socketEventRate.burst));
    const codes = new Set(beyond.map(({ error }) => error?.code));
    expect(codes).toEqual(new Set([undefined, "rate_limited"]));
    expect(beyond.at(-1)?.error).toMatchObject({ code: "rate_limited", retryAfter: expect.any(Number) });
    // All sockets of the user count together.
    second.socket.emit("unsubscribe-feed");
    await eventually(() => expect(second.of("error")).toMatchObject([{ data: { event: "unsubscribe-feed", code: "rate_limited" } }]));

    emit(socket, socketEventRate.burst + socketEventRate.refused);
    await eventually(() => expect(socket.of("closing")).toMatchObject([{ data: { code: "rate_limited", resume: true, retryAfterMs: expect.any(Number) } }]));
    await eventually(() => expect(socket.socket.connected).toBe(false));
    await expect(openSocket(feed, hasty)).rejects.toMatchObject({ data: { code: "rate_limited", retryAfter: expect.any(Number) } });
    expect(await other.ask("subscribe-post", postId)).toMatchObject({ ok: true });
  });

  test("is no user whose tabs all connect again, and follow a hundred streams each", async () => {
    const reader = await feed.person("reader");
    const tabs = await Promise.all(Array.from({ length: 8 }, () => open(reader)));
    const answers = await Promise.all(tabs.flatMap((tab) => Array.from({ length: 100 }, () => tab.ask("unsubscribe-post", postId))));
    expect(answers.filter(({ ok }) => !ok)).toEqual([]);
  });
});
