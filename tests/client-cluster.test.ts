import { type Comment, createClient, type NewFeedClient, type TransportChoice } from "@newfeed/client";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startTestCluster, type TestCluster } from "./support/cluster/start.ts";

let cluster: TestCluster | null = null;
beforeAll(async () => {
  cluster = await startTestCluster({ "notification-service": 2 });
}, 300_000);
afterAll(() => cluster?.close(), 60_000);

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
