import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConnectionState, createClient, type NewFeedClient, type PostEvent, type Subscription, type TransportChoice } from "@newfeed/client";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Edge, startEdge } from "./support/edge.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { startProcess } from "./support/process.ts";

let feed: TestFeed;
let edge: Edge;
beforeAll(async () => {
  feed = await startTestFeed();
  edge = await startEdge(feed.url);
});
afterAll(async () => {
  await edge.close();
  await feed.close();
});

const open: NewFeedClient[] = [];
afterEach(() => {
  for (const client of open.splice(0)) client.close();
  edge.refuse(null);
});

let accounts = 0;
async function signedUp(name: string, transport: TransportChoice, baseUrl: string) {
  const client = createClient({ baseUrl, transport, backoff: { baseMs: 50 } });
  open.push(client);
  const username = `${name}_${++accounts}`;
  await client.session.signUp({ username, email: `${username}@test.com`, password: "Test123", fullName: `${name} Tester` });
  return client;
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => String(index));

function contentsOf(subscription: Subscription<PostEvent>): string[] {
  const contents: string[] = [];
  subscription.on("comment_created", ({ comment }) => contents.push(comment.content));
  return contents;
}

function statesOf(client: NewFeedClient): ConnectionState[] {
  const states: ConnectionState[] = [];
  client.connection.subscribe((state) => states.push(state));
  return states;
}

const sockets = /socket\.io/;
const eventStreams = /\/api\/sse\b/;

describe("a client whose network changes", () => {
  test.each(["socket", "sse"] as const)("catches up after each lost connection, once and in order, over %s", async (transport) => {
    const [alice, bob] = await Promise.all([signedUp("alice", "auto", feed.url), signedUp("bob", transport, edge.url)]);
    const post = await alice.posts.create({ content: "Hello", postType: "TEXT" });
    const subscription = bob.follow.post(post.id);
    const contents = contentsOf(subscription);
    const states = statesOf(bob);
    await subscription.ready;
    for (const content of upTo(30)) {
      if (Number(content) % 10 === 5) edge.cut();
      await alice.comments.create(post.id, { content });
    }
    await eventually(() => expect(contents).toEqual(upTo(30)), 15_000);
    expect(states.map(({ state }) => state)).toContain("reconnecting");
    await eventually(() => expect(bob.connection.state.caughtUp).toBeTypeOf("number"));
  });

  test("uses event streams where sockets are blocked", async () => {
    edge.refuse(sockets);
    const [alice, bob] = await Promise.all([signedUp("alice", "auto", feed.url), signedUp("bob", "auto", edge.url)]);
    const post = await alice.posts.create({ content: "Hello", postType: "TEXT" });
    const subscription = bob.follow.post(post.id);
    const contents = contentsOf(subscription);
    await subscription.ready;
    expect(bob.connection.state).toMatchObject({ state: "live", transport: "sse" });
    await alice.comments.create(post.id, { content: "Over an event stream" });
    await eventually(() => expect(contents).toEqual(["Over an event stream"]));
  });

  test("switches from sockets to event streams and back under load, and receives every comment once", async () => {
    const [alice, bob] = await Promise.all([signedUp("alice", "auto", feed.url), signedUp("bob", "auto", edge.url)]);
    const post = await alice.posts.create({ content: "Hello", postType: "TEXT" });
    const subscription = bob.follow.post(post.id);
    const contents = contentsOf(subscription);
    const iterated: string[] = [];
    const iteration = (async () => {
      for await (const event of bob.follow.post(post.id, { bufferSize: 5 })) if (event.type === "comment_created") iterated.push(event.comment.content);
    })();
    const states = statesOf(bob);
    await subscription.ready;
    expect(bob.connection.state.transport).toBe("socket");
    let written = 0;
    const writeUntil = async (enough: () => boolean) => {
      while (!enough()) await alice.comments.create(post.id, { content: String(written++) });
    };
    await writeUntil(() => written >= 15);
    edge.refuse(sockets);
    edge.cut();
    await writeUntil(() => written >= 30 && bob.connection.state.transport === "sse");
    edge.refuse(eventStreams);
    edge.cut();
    await writeUntil(() => written >= 45 && bob.connection.state.transport === "socket" && bob.connection.state.state === "live");
    await writeUntil(() => written % 15 === 0);
    await eventually(() => expect(contents).toEqual(upTo(written)), 15_000);
    await eventually(() => expect(iterated).toEqual(upTo(written)));
    const transports = states.flatMap(({ state, transport, caughtUp }) => (state === "live" && caughtUp === undefined ? [transport] : []));
    expect(transports).toEqual(["socket", "sse", "socket"]);
    bob.close();
    await iteration;
  }, 60_000);
});

describe("a server that stops and starts again", () => {
  /** A follower of a post on each transport. */
  async function follow(url: string) {
    const alice = await signedUp("alice", "auto", url);
    const post = await alice.posts.create({ content: "Hello", postType: "TEXT" });
    const followers = await Promise.all(
      (["socket", "sse"] as const).map(async (transport) => {
        const client = await signedUp("bob", transport, url);
        const subscription = client.follow.post(post.id);
        const contents = contentsOf(subscription);
        await subscription.ready;
        return { transport, client, contents };
      }),
    );
    return {
      write: (content: string) => alice.comments.create(post.id, { content }),
      areAt: (state: ConnectionState["state"]) =>
        eventually(() => expect(followers.map(({ client }) => client.connection.state.state)).toEqual([state, state])),
      received: (...texts: string[]) =>
        eventually(() => {
          for (const { transport, contents } of followers) expect(contents, transport).toEqual(texts);
        }, 20_000),
    };
  }

  async function inFolder(run: (directory: string) => Promise<void>) {
    const directory = mkdtempSync(join(tmpdir(), "newfeed-test-"));
    // PostgreSQL may run as another user.
    chmodSync(directory, 0o755);
    try {
      await run(directory);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }

  test(
    "is reconnected to after the delay that it has sent, and the clients resume",
    () =>
      inFolder(async (directory) => {
        const fixed = { NEWFEED_DATA_DIR: directory, DATABASE_PREFIX: `t${randomBytes(6).toString("hex")}_` };
        let server = await startTestFeed(fixed);
        try {
          const port = new URL(server.url).port;
          const { write, areAt, received } = await follow(server.url);
          await write("before");
          await received("before");
          await server.close();
          await areAt("reconnecting");
          server = await startTestFeed({ ...fixed, PORT: port });
          await write("after");
          await received("before", "after");
        } finally {
          for (const client of open.splice(0)) client.close();
          await server.close();
        }
      }),
    60_000,
  );

  test(
    "killed right after its response, delivers once after the restart",
    () =>
      inFolder(async (directory) => {
        let server = await startProcess(directory);
        try {
          const port = new URL(server.url).port;
          const { write, areAt, received } = await follow(server.url);
          await write("before");
          await received("before");
          await write("accepted before the kill");
          await server.signal("SIGKILL");
          await areAt("reconnecting");
          server = await startProcess(directory, { PORT: port });
          await write("after");
          await received("before", "accepted before the kill", "after");
        } finally {
          for (const client of open.splice(0)) client.close();
          await server.signal("SIGTERM");
        }
      }),
    90_000,
  );
});
