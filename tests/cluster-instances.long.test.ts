import { type Comment, createClient, type NewFeedClient, type TransportChoice } from "@newfeed/client";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startTestCluster, type TestCluster } from "./support/cluster/start.ts";
import { freePort } from "./support/free-port.ts";
import { startIssuer, type TestIssuer } from "./support/issuer.ts";
import { childrenOf, isAlive } from "./support/processes.ts";
import { setStage } from "./support/web/stage.ts";
import { newWebhookSecret, signDelivery } from "./support/webhooks.ts";

// One cluster for all of these, since it takes long to start.
const stage = setStage();
let cluster: TestCluster | null = null;
let issuer: TestIssuer;
let webhookPort: number;
const webhookSecret = newWebhookSecret();
beforeAll(async () => {
  issuer = await startIssuer();
  webhookPort = await freePort();
  cluster = await startTestCluster(
    { "notification-service": 2, "api-gateway": 2, "auth-service": 2 },
    { CLOUDINARY_BASE_URL: "https://pictures.example/feed", ...issuer.environment, SVIX_SECRET: webhookSecret, WEBHOOK_PORT: String(webhookPort) },
  );
}, 300_000);
afterAll(async () => {
  await cluster?.close();
  await issuer.close();
}, 60_000);

const open: NewFeedClient[] = [];
afterEach(() => {
  for (const client of open.splice(0)) client.close();
});

let accounts = 0;
async function signedUp(name: string, transport: TransportChoice, { url }: TestCluster) {
  const client = createClient({ baseUrl: url, transport, backoff: { baseMs: 100, maxMs: 2_000 } });
  open.push(client);
  const username = `client_${name}_${++accounts}`;
  await client.session.signUp({ username, email: `${username}@test.com`, password: "Test123", fullName: `${name} Tester` });
  return client;
}

describe("clients of a cluster with two notification services", () => {
  test("receive every comment once while one instance is killed and then both are replaced under load", async ({ skip }) => {
    if (!cluster) return skip("the servers are not available on this machine");
    const here = cluster;
    const alice = await signedUp("alice", "auto", here);
    const post = await alice.posts.create({ content: "Hello", postType: "TEXT" });
    const followers = await Promise.all(
      (["socket", "socket", "socket", "sse", "sse", "sse", "auto"] as const).map(async (transport) => {
        const client = await signedUp("bob", transport, here);
        const received: string[] = [];
        const iterated: string[] = [];
        const iteration = client.follow.post(post.id, { bufferSize: 10 });
        void (async () => {
          for await (const event of iteration) if (event.type === "comment_created") iterated.push(event.comment.id);
        })();
        const subscription = client.follow.post(post.id);
        subscription.on("comment_created", ({ comment }) => received.push(comment.id));
        let lost = 0;
        client.connection.subscribe(({ state }) => {
          if (state === "reconnecting") lost++;
        });
        await subscription.ready;
        return { transport, client, received, iterated, lost: () => lost };
      }),
    );

    const written: string[] = [];
    let writing = true;
    const load = (async () => {
      while (writing) written.push((await alice.comments.create(post.id, { content: `comment ${written.length}` })).id);
    })();
    const pidOf = (instance: string) => here.rows().find((row) => row.instance === instance)?.pid;
    await eventually(() => expect(written.length).toBeGreaterThan(10), 20_000);
    const before = pidOf("notification-service-1");
    here.signal("notification-service-1", "SIGKILL");
    await eventually(() => expect(pidOf("notification-service-1")).not.toBe(before), 30_000);
    await here.restart("notification-service");
    const rest = written.length + 10;
    await eventually(() => expect(written.length).toBeGreaterThan(rest), 20_000);
    writing = false;
    await load;

    await eventually(() => {
      for (const { transport, received, iterated } of followers) {
        expect(received, transport).toEqual(written);
        expect(iterated, transport).toEqual(written);
      }
    }, 30_000);
    // Otherwise the test shows nothing: each client has lost its connection at least once.
    for (const { transport, lost, client } of followers) {
      expect(lost(), transport).toBeGreaterThan(0);
      expect(client.connection.state.state, transport).toBe("live");
    }
    const { data } = await alice.comments.list(post.id, { limit: 100 });
    expect(data.map(({ id }: Comment) => id)).toEqual([...written].reverse().slice(0, 100));
    process.stderr.write(`${written.length} comments to ${followers.length} clients of a cluster\n`);
  }, 150_000);
});

test("users elsewhere are known to a cluster by webhooks and by their tokens, at every instance", async ({ skip }) => {
  if (!cluster) return skip("the servers are not available on this machine");
  const { call } = cluster;
  for (const id of ["ada", "bob", "carol", "dave"]) {
    const body = JSON.stringify({ type: "user.created", data: { id, username: `from_${id}`, updated_at: 1_000 } });
    const headers = { ...signDelivery(body, webhookSecret), connection: "close" };
    expect((await fetch(`http://127.0.0.1:${webhookPort}/webhooks/identity`, { method: "POST", headers, body })).status).toBe(200);
    const { body: me } = await call("GET", "/api/auth/me", undefined, { authorization: `Bearer ${await issuer.token({ sub: id })}` });
    expect(me.data.user.username).toBe(`from_${id}`);
  }
});

describe("pages of a cluster", () => {
  test("pages may load pictures from where clients reach the stores", async ({ skip }) => {
    if (!cluster) return skip("the servers are not available on this machine");
    const policy = (await fetch(`${cluster.url}/`)).headers.get("content-security-policy");
    expect(policy).toContain(`img-src 'self' data: blob: ${cluster.url} https://pictures.example;`);
  });

  test("behind nginx, users on two instances see each other, and a page recovers when its instance is killed", async ({ skip }) => {
    if (!cluster) return skip("the servers are not available on this machine");
    stage.need(skip);
    const { url, person, signal } = cluster;
    const [alice, bob] = [await person("alice"), await person("bob")];
    const { body: post } = await alice.post("/api/v1/posts", { content: "Over the edge", postType: "TEXT" });
    const [hers, his] = [await stage.signIn(url, alice), await stage.signIn(url, bob)];
    const sockets: string[] = [];
    for (const page of [hers, his]) {
      page.on("websocket", (socket) => socket.once("framereceived", () => sockets.push(new URL(socket.url()).pathname)));
      await page.goto(`${url}/posts/${post.id}`);
      await page.locator('.connection[data-state="live"]').waitFor();
    }
    // Live over a WebSocket, not over long polling.
    await eventually(() => expect(sockets).toEqual(Array(2).fill("/notifications/socket.io/")));
    const say = async (content: string) => {
      await his.getByRole("textbox", { name: "Write a comment" }).fill(content);
      await his.getByRole("textbox", { name: "Write a comment" }).press("Enter");
    };
    const seen = () => hers.getByRole("list", { name: "Comments" }).locator(".comment__text").allTextContents();
    await say("one");
    await eventually(async () => expect(await seen()).toEqual(["one"]), 10_000);
    // Either instance may hold one of the pages, or both.
    for (const instance of ["notification-service-1", "notification-service-2"]) {
      signal(instance, "SIGKILL");
      await say(`after ${instance}`);
      await eventually(async () => expect((await seen()).at(-1)).toBe(`after ${instance}`), 30_000);
    }
    expect(await seen()).toEqual(["one", "after notification-service-1", "after notification-service-2"]);
    // The welcome, and what is said about one post.
    await eventually(async () => expect(await hers.getByTestId("unread").textContent()).toBe("2"), 20_000);
  }, 120_000);
});

describe("a process of the cluster", () => {
  const pidOf = (instance: string) => cluster?.rows().find((row) => row.instance === instance)?.pid ?? 0;
  const reported = (line: string) => (cluster?.lines ?? []).filter((text) => text.startsWith(line)).length;

  test("nginx's master: when it is killed its workers end, and one start makes it ready again", async ({ skip }) => {
    if (!cluster || process.platform !== "linux") return skip("the servers are not available on this machine");
    for (const round of [1, 2, 3]) {
      const master = pidOf("nginx");
      const workers = childrenOf(master);
      expect(workers).not.toEqual([]);
      cluster.signal("nginx", "SIGKILL");
      await eventually(() => expect(reported("nginx is ready again")).toBe(round), 30_000);
      expect(reported("nginx exited")).toBe(round);
      expect([master, ...workers].filter(isAlive)).toEqual([]);
      // What answers is the new one.
      expect(childrenOf(pidOf("nginx"))).not.toEqual([]);
      expect((await cluster.call("GET", "/health")).status).toBe(200);
    }
  }, 120_000);

  test("a part that is signalled twice for one request closes in order", async ({ skip }) => {
    if (!cluster || process.platform !== "linux") return skip("the servers are not available on this machine");
    const pids = new Map(["media-service-1", "api-gateway-1"].map((instance) => [instance, pidOf(instance)]));
    for (const instance of pids.keys()) {
      // Two of the same kind may arrive as one.
      cluster.signal(instance, "SIGTERM");
      cluster.signal(instance, "SIGINT");
    }
    for (const [instance, pid] of pids) {
      await eventually(() => expect(reported(`${instance} is ready again`)).toBe(1), 60_000);
      expect(cluster.lines).toContain(`${instance} exited (code 0); restarting it`);
      expect(isAlive(pid)).toBe(false);
    }
  }, 120_000);

  test("a Redis that was killed is back when the new one answers", async ({ skip }) => {
    if (!cluster || process.platform !== "linux") return skip("the servers are not available on this machine");
    const pid = pidOf("redis");
    process.kill(pid, "SIGKILL");
    await eventually(() => expect([0, pid]).not.toContain(pidOf("redis")), 30_000);
    expect((await cluster.call("GET", "/health")).status).toBe(200);
  }, 60_000);
});
