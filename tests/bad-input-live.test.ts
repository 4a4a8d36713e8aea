import { once } from "node:events";
import { connect } from "node:net";
import { Acknowledgement, clientEventTable } from "@newfeed/shared/contracts/sockets.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closedAfterEach, openEvents, openSocket, type SocketListener } from "./support/clients.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
let john: Person;
let postId: string;
let cursor: string;
let inboxCursor: string;
const listening = closedAfterEach();

beforeAll(async () => {
  feed = await startTestFeed();
  john = await feed.person("john");
  postId = (await john.post("/api/v1/posts", { content: "Watched", postType: "TEXT" })).body.id;
  await john.post(`/api/v1/posts/${postId}/comments`, { content: "First" });
  const comments = `/api/v1/posts/${postId}/comments`;
  await eventually(async () => {
    ({ streamCursor: cursor } = (await john.get(comments)).body);
    ({ streamCursor: inboxCursor } = (await john.get("/api/v1/notifications")).body);
    expect([cursor, inboxCursor].map((position) => position?.split(":")[1])).toEqual(["1", "1"]);
  });
});
afterAll(() => feed.close());

/** The socket still acknowledges events and receives comments. */
async function expectAlive(socket: SocketListener): Promise<void> {
  expect(await socket.ask("subscribe-post", postId)).toMatchObject({ ok: true });
  const received = socket.of("new_comment").length;
  await john.post(`/api/v1/posts/${postId}/comments`, { content: "Still here" });
  await eventually(() => expect(socket.of("new_comment").length).toBeGreaterThan(received));
}

describe("a socket", () => {
  const anything = fc.anything({ maxDepth: 3, withBoxedValues: true, withDate: true });
  const likely = () =>
    fc.constantFrom<unknown>(
      ...[postId, postId.toUpperCase(), john.id, "", null, undefined, cursor, inboxCursor, `${cursor.split(":")[0]}:999999999999999`, "-1", "__proto__"],
      ...[
        { cursor },
        { cursor: inboxCursor },
        { cursor: "" },
        { cursor: null },
        { cursor: `${cursor}0`, surplus: 1 },
        { token: john.token },
        { token: "x".repeat(4_096) },
      ],
      ...[JSON.parse('{"__proto__":{"cursor":"x"}}'), { constructor: 1 }, { toJSON: "x" }, [], [[[]]], Buffer.from("x"), { token: Buffer.from("x") }, 2 ** 53],
    );

  test.each(Object.keys(clientEventTable))("acknowledges any arguments of %s, and stays connected", async (event) => {
    const socket = listening(await openSocket(feed, john));
    const argumentLists = fc.array(fc.oneof(likely(), anything, fc.string({ unit: "binary" }), fc.jsonValue()), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(argumentLists, async (args) => {
        const ack = Acknowledgement.parse(await socket.ask(event, ...args));
        if (!ack.ok) expect(["internal", "service_unavailable"]).not.toContain(ack.error.code);
      }),
      { numRuns: 100 },
    );
    await expectAlive(socket);
  });

  test("acknowledges an unknown event with an error", async () => {
    const socket = listening(await openSocket(feed, john));
    for (const event of ["nothing", "subscribe ", "__proto__", "constructor", "notification"])
      expect(await socket.ask(event, john.id)).toMatchObject({ ok: false, error: { code: "not_found" } });
    await expectAlive(socket);
  });

  test("with an invalid handshake is refused with a code", async () => {
    const { protocol, host } = new URL(feed.url);
    const tokens = [
      "5",
      "null",
      "{}",
      "[]",
      '"x"',
      '{"token":5}',
      '{"token":{}}',
      '{"token":["x"]}',
      `{"token":"${"x".repeat(5_000)}"}`,
      '{"__proto__":{"token":"x"}}',
    ];
    for (const auth of tokens) {
      const socket = new WebSocket(`${protocol.replace("http", "ws")}//${host}/socket.io/?EIO=4&transport=websocket`);
      const answer = new Promise((resolve) => {
        socket.onmessage = ({ data }) => String(data).startsWith("44") && resolve(JSON.parse(String(data).slice(2)));
        socket.onclose = () => resolve("closed");
      });
      socket.onopen = () => socket.send(`40${auth}`);
      const refused = await answer;
      if (refused !== "closed") expect(refused, auth).toMatchObject({ data: { code: "unauthenticated" } });
      socket.close();
    }
  });

  test("that sends invalid frames is disconnected, and no other client notices", async () => {
    const bystander = listening(await openSocket(feed, john));
    const { host } = new URL(feed.url);
    const frames: (string | Uint8Array<ArrayBuffer>)[] = [
      ...[
        "",
        "x",
        "9",
        "4",
        "42",
        "42[",
        "42{}",
        "42[]",
        "42[1]",
        "42[null]",
        '42["__proto__"]',
        '42["disconnect"]',
        '42["connect_error",{}]',
        '42["subscribe"',
        "43[]",
        "4312[]",
        "44{}",
      ],
      ...[
        '451-["subscribe",{"_placeholder":true,"num":0}]',
        '451-["subscribe",{"_placeholder":true,"num":99}]',
        '459999999-["x"]',
        "451-[]",
        "46[]",
        "40/admin,",
        "40/__proto__,",
        "40/../,",
        "41",
        "1",
        "3x",
      ],
      ...[
        `40{"token":"${john.token}"}`,
        `42["subscribe",${"[".repeat(20_000)}`,
        `42["subscribe",${"[".repeat(20_000)}${"]".repeat(20_000)}]`,
        `42["${"x".repeat(50_000)}"]`,
        `42${"9".repeat(50_000)}["subscribe"]`,
      ],
      ...[
        `42["subscribe","${"x".repeat(120_000)}"]`,
        '42["subscribe","\\ud800"]',
        '42["subscribe","\\u0000"]',
        new Uint8Array([0]),
        new Uint8Array([4, 50, 91]),
        new Uint8Array(120_000),
      ],
    ];
    await Promise.all(
      ["before", "after"].flatMap((when) =>
        frames.map(async (frame) => {
          const socket = new WebSocket(`ws://${host}/notifications/socket.io/?EIO=4&transport=websocket`);
          await new Promise((resolve) => {
            socket.onclose = resolve;
            socket.onmessage = ({ data }) => {
              const text = String(data);
              if (text.startsWith("0")) {
                if (when === "before") socket.send(frame);
                socket.send(`40{"token":"${john.token}"}`);
              }
              if (text.startsWith("40") || text.startsWith("44")) {
                if (text.startsWith("40") && when === "after") socket.send(frame);
                socket.close();
              }
            };
          });
        }),
      ),
    );
    await expectAlive(bystander);
  });
});

describe("malformed HTTP", () => {
  /** Sends raw text; returns what the server sends until it closes the connection. */
  async function send(text: string): Promise<string> {
    const socket = connect(Number(new URL(feed.url).port), "localhost");
    let answer = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      answer += chunk;
    });
    socket.write(text, "latin1");
    await once(socket, "close");
    return answer;
  }
  const host = "host: localhost\r\n";

  test.each([
    ["rubbish", "rubbish\r\n\r\n"],
    ["an unknown method", `BREW /api/v1/posts HTTP/1.1\r\n${host}\r\n`],
    ["a space in the path", `GET /api/v1/posts/a b HTTP/1.1\r\n${host}\r\n`],
    ["NUL in the path", `GET /api/v1/posts/\0 HTTP/1.1\r\n${host}\r\n`],
    ["a header without end", `GET /api/v1/posts HTTP/1.1\r\n${host}x: ${"x".repeat(20_000)}\r\n\r\n`],
    ["a path without end", `GET /api/v1/posts?cursor=${"x".repeat(20_000)} HTTP/1.1\r\n${host}\r\n`],
    ["control characters in a header", `POST /api/v1/posts HTTP/1.1\r\n${host}idempotency-key: a\x01b\r\n\r\n`],
    ["two lengths", `POST /api/v1/posts HTTP/1.1\r\n${host}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`],
    ["a length and chunks", `POST /api/v1/posts HTTP/1.1\r\n${host}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
    ["a negative length", `POST /api/v1/posts HTTP/1.1\r\n${host}content-length: -1\r\n\r\n`],
  ])("%s gets a problem response, and the connection is closed", async (what, text) => {
    const [status, code] = what.endsWith("without end") ? [431, "headers_too_large"] : [400, "malformed_request"];
    const answer = await send(text);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer.toLowerCase()).toContain("content-type: application/problem+json");
    expect(JSON.parse(answer.slice(answer.indexOf("\r\n\r\n")))).toMatchObject({ status, code, success: false });
  });

  const upgrade = (path: string, ...headers: string[]) =>
    `GET ${path} HTTP/1.1\r\n${host}${["connection: upgrade", "upgrade: websocket", ...headers].join("\r\n")}\r\n\r\n`;
  const key = "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==";
  const path = "/notifications/socket.io/?EIO=4&transport=websocket";
  test.each([
    ["no key", upgrade(path)],
    ["an old version", upgrade(path, key, "sec-websocket-version: 1")],
    ["an unknown transport", upgrade(path.replace("websocket", "constructor"), key, "sec-websocket-version: 13")],
    ["an unknown session", upgrade(`${path}&sid=__proto__`, key, "sec-websocket-version: 13")],
    ["two sessions", upgrade(`${path}&sid=a&sid=constructor`, key, "sec-websocket-version: 13")],
    ["a broken query", upgrade(`${path}&x=%E0%A4%A`, key, "sec-websocket-version: 13", "origin: http://evil.example")],
    ["another path", upgrade("/api/v1/posts", key, "sec-websocket-version: 13")],
    ["the root", upgrade("/", key, "sec-websocket-version: 13")],
    ["an internal path", upgrade("/internal/streams/cursors", key, "sec-websocket-version: 13")],
  ])("an upgrade with %s is refused", async (_what, text) => {
    expect(await send(text)).toMatch(/^HTTP\/1\.1 4\d\d /);
  });

  test("an upgrade to HTTP/2 is ignored, and the request succeeds", async () => {
    const answer = await send(
      `GET /api/v1/posts HTTP/1.1\r\n${host}connection: upgrade, http2-settings, close\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe("an event stream", () => {
  const streams = () => [
    { path: `/api/sse/comments/${postId}`, foreign: inboxCursor },
    { path: "/api/sse/notifications", foreign: cursor },
  ];

  test("with an invalid cursor resets and continues from the end", async () => {
    for (const { path, foreign } of streams()) {
      const own = (await (await fetch(feed.url + path, { headers: { authorization: `Bearer ${john.token}` } })).body?.getReader().read())?.value;
      const epoch = /cursor":"([^:]+):/.exec(Buffer.from(own ?? []).toString())?.[1];
      const positions: [string, string][] = [
        ["epoch", foreign],
        ["future", `${epoch}:999999`],
        ["future", `${epoch}:999999999999999`],
        ["epoch", `${epoch}:9999999999999999`],
        ["epoch", `${epoch}:-1`],
        ["epoch", `${epoch}:1.5`],
        ["epoch", "-1"],
        ["epoch", "0"],
        ["epoch", "null"],
        ["epoch", "%00"],
        ["epoch", "caf\u00e9"],
        ["epoch", "__proto__"],
        ["epoch", "x".repeat(8_000)],
      ];
      for (const [reason, position] of positions) {
        const byHeader = listening(await openEvents(feed, john, path, position));
        const byQuery = listening(await openEvents(feed, john, `${path}?last_event_id=${encodeURIComponent(position)}`));
        for (const stream of [byHeader, byQuery]) {
          await eventually(() => expect(stream.of("reset")[0]?.data, position.slice(0, 40)).toMatchObject({ reason, refetch: expect.any(Array) }));
          expect(stream.of("hello")[0]?.cursor).toBe(stream.of("reset")[0]?.data.cursor);
          stream.close();
        }
      }
    }
  });

  test("with two cursors resets as well, since neither is preferred", async () => {
    const stream = listening(await openEvents(feed, john, `/api/sse/comments/${postId}?last_event_id=${cursor}&last_event_id=${cursor}`));
    await eventually(() => expect(stream.of("reset")[0]?.data).toMatchObject({ reason: "epoch" }));
  });

  test("of an unknown post, or requested with another method, is a problem", async () => {
    const bearer = { authorization: `Bearer ${john.token}` };
    for (const id of ["1", "%00", "x".repeat(1_000), "__proto__", "%F0%9F%98%80"])
      expect(await feed.call("GET", `/api/sse/comments/${id}`, undefined, bearer)).toMatchObject({
        status: 400,
        body: { code: "validation_failed", errors: [{ field: "postId" }] },
      });
    expect(await feed.call("GET", "/api/sse/comments/%E0%A4%A", undefined, bearer)).toMatchObject({ status: 400, body: { code: "malformed_request" } });
    expect(await feed.call("GET", "/api/sse/notifications?last_event_id=%E0%A4%A", undefined, bearer)).toMatchObject({
      status: 400,
      body: { code: "malformed_request" },
    });
    expect(await feed.call("GET", `/api/sse/comments/${john.id}`, undefined, bearer)).toMatchObject({ status: 404, body: { code: "not_found" } });
    for (const path of ["/api/sse/notifications", `/api/sse/comments/${postId}`])
      for (const method of ["POST", "PUT", "DELETE", "HEAD"]) {
        const answer = await feed.call(method, path, undefined, bearer);
        expect([method, answer.status, answer.headers.get("allow")]).toEqual([method, 405, "GET"]);
        if (method !== "HEAD") expect(answer.body).toMatchObject({ code: "method_not_allowed", success: false });
      }
  });
});
