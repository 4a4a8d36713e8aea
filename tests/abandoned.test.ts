import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { describe, expect, test } from "vitest";
import { openEvents, openSocket } from "./support/clients.ts";
import { createPost, listComments } from "./support/comments.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

/** The cookie that opens event streams. */
async function streamCookie(feed: TestFeed, person: Person): Promise<string> {
  const { headers } = await feed.call("POST", "/api/auth/login", { email: person.email, password: person.password });
  const cookie = headers.getSetCookie().find((text) => text.startsWith("stream_token="));
  return cookie?.split(";")[0] ?? "";
}

/** Sends a GET on its own keep-alive connection. */
async function send(feed: TestFeed, path: string, cookie: string): Promise<Socket> {
  const { port } = new URL(feed.url);
  const socket = connect(Number(port), "127.0.0.1");
  await new Promise((resolve) => socket.once("connect", resolve));
  socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost:${port}\r\ncookie: ${cookie}\r\n\r\n`);
  return socket;
}

describe("a client that disconnects while its stream opens", () => {
  test("takes up none of the user's connections", async () => {
    const feed = await startTestFeed();
    const alice = await feed.person("alice");
    const cookie = await streamCookie(feed, alice);
    // The session table is locked, so that every stream waits for its session check.
    const database = await feed.platform.openDatabase("auth-service");
    await database.transaction(async (query) => {
      await query("LOCK TABLE session IN ACCESS EXCLUSIVE MODE");
      const clients = await Promise.all(Array.from({ length: bounds.connectionsPerUser + 5 }, () => send(feed, "/api/sse/notifications", cookie)));
      await eventually(async () => {
        const waiting = await query("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");
        expect(waiting.length).toBeGreaterThan(0);
      });
      for (const client of clients) client.destroy();
    });
    // As many as a user may have, which fit only if the disconnected clients hold none.
    const events = await Promise.all(Array.from({ length: bounds.connectionsPerUser }, () => openEvents(feed, alice, "/api/sse/notifications")));
    for (const stream of events) stream.close();
    await feed.close();
  });
});

describe("a client that sends slowly", () => {
  test("gets its response once the body is complete; one that disconnects earlier changes nothing", async () => {
    const feed = await startTestFeed();
    const alice = await feed.person("alice");
    const postId = await createPost(alice);
    const { port } = new URL(feed.url);
    const path = `/api/v1/posts/${postId}/comments`;
    async function begin(content: string): Promise<{ socket: Socket; finish: () => Promise<string> }> {
      const socket = connect(Number(port), "127.0.0.1");
      await once(socket, "connect");
      const body = JSON.stringify({ content });
      const head = `POST ${path} HTTP/1.1\r\nhost: localhost:${port}\r\nauthorization: Bearer ${alice.token}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
      await new Promise((resolve) => socket.write(head + body.slice(0, 10), resolve));
      const finish = async () => {
        socket.write(body.slice(10));
        const [response] = await once(socket, "data");
        return String(response);
      };
      return { socket, finish };
    }
    const [slow, ...leaving] = await Promise.all([begin("slowly"), ...Array.from({ length: 12 }, () => begin("never"))]);
    for (const { socket } of leaving) socket.destroy();
    expect(await slow?.finish()).toMatch(/^HTTP\/1.1 201 /);
    slow?.socket.destroy();
    expect((await listComments(alice, postId)).map(({ content }) => content)).toEqual(["slowly"]);
    await feed.close();
  });
});

describe("a feed that shuts down", () => {
  test("sends `closing` to live clients and closes their connections", async () => {
    const feed = await startTestFeed();
    const alice = await feed.person("alice");
    const [events, socket] = [await openEvents(feed, alice, "/api/sse/notifications"), await openSocket(feed, alice)];
    const kept = await send(feed, "/api/sse/notifications", await streamCookie(feed, alice));
    await once(kept, "data");
    const began = performance.now();
    const closed = feed.close();
    await once(kept.resume(), "end");
    expect(performance.now() - began).toBeLessThan(3_000);
    await closed;
    await eventually(() => {
      expect(events.of("closing")[0]?.data).toMatchObject({ code: "shutdown", resume: true });
      expect(socket.of("closing")[0]?.data).toMatchObject({ code: "shutdown", resume: true });
    });
    for (const listener of [events, socket]) listener.close();
  });
});

describe("the same request sent several times at once", () => {
  test("takes effect once and does not fail: signing out and deleting the account", async () => {
    const feed = await startTestFeed();
    const [alice, bob] = [await feed.person("alice"), await feed.person("bob")];
    const signedOut = await Promise.all(Array.from({ length: 6 }, () => alice.post("/api/auth/logout")));
    expect(signedOut.map((answer) => answer.status).filter((status) => status !== 200 && status !== 401)).toEqual([]);
    const deleted = await Promise.all(Array.from({ length: 4 }, () => bob.delete("/api/auth/me", { password: bob.password })));
    expect(deleted.map((answer) => answer.status).sort()).toEqual([200, 401, 401, 401]);
    const database = await feed.platform.openDatabase("auth-service");
    const events = await database.query<{ type: string; count: number }>(
      "SELECT type, count(*)::int AS count FROM newfeed.outbox WHERE type IN ('user.logged_out', 'user.deleted', 'session.revoked') GROUP BY type ORDER BY type",
    );
    expect(events).toEqual([
      { type: "session.revoked", count: 2 },
      { type: "user.deleted", count: 1 },
      { type: "user.logged_out", count: 1 },
    ]);
    await feed.close();
  });
});

test("only pages of an allowed origin may read event streams", async () => {
  const feed = await startTestFeed({ ALLOWED_ORIGINS: "https://app.example" });
  const alice = await feed.person("alice");
  const cookie = await streamCookie(feed, alice);
  const from = async (origin: string) => {
    const { headers, body, status } = await fetch(`${feed.url}/api/sse/notifications`, { headers: { cookie, origin } });
    await body?.cancel();
    return { status, origin: headers.get("access-control-allow-origin"), credentials: headers.get("access-control-allow-credentials") };
  };
  expect(await from("https://app.example")).toEqual({ status: 200, origin: "https://app.example", credentials: "true" });
  expect(await from("https://evil.example")).toEqual({ status: 403, origin: null, credentials: null });
  await feed.close();
});
