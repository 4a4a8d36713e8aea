import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openEvents, openSocket } from "./clients.ts";
import { faults } from "./cluster/faults.ts";
import { startTestCluster, type TestCluster } from "./cluster/start.ts";
import { survives } from "./cluster/survives.ts";

let cluster: TestCluster | null = null;
beforeAll(async () => {
  cluster = await startTestCluster({ "notification-service": 3, "api-gateway": 2, "comment-service": 2 });
}, 300_000);
afterAll(() => cluster?.close(), 60_000);

describe("a cluster of three notification services, two gateways and two comment services", () => {
  test("delivers to followers on every instance, once each and in the same order, on every transport", async ({ skip }) => {
    if (!cluster) return skip("the servers cannot be had on this machine");
    const [alice, bob] = await Promise.all([cluster.person("alice"), cluster.person("bob")]);
    const { body: post } = await alice.post("/api/v1/posts", { content: "Hello", postType: "TEXT" });
    const sockets = await Promise.all(Array.from({ length: 6 }, () => openSocket(cluster as TestCluster, bob)));
    const polling = await Promise.all(Array.from({ length: 3 }, () => openSocket(cluster as TestCluster, bob, { transports: ["polling"] })));
    const streams = await Promise.all(Array.from({ length: 6 }, () => openEvents(cluster as TestCluster, bob, `/api/sse/comments/${post.id}`)));
    for (const socket of [...sockets, ...polling]) expect(await socket.ask("subscribe-post", post.id)).toMatchObject({ ok: true });
    const instances = new Set([...sockets, ...polling].map(({ socket }) => socket.io.engine.id?.split("~")[0]));
    expect([...instances].sort()).toEqual(["notification-service-1", "notification-service-2", "notification-service-3"]);

    for (let index = 0; index < 30; index++) expect((await alice.post(`/api/v1/posts/${post.id}/comments`, { content: String(index) })).status).toBe(201);
    const all = Array.from({ length: 30 }, (_, index) => String(index));
    await eventually(() => {
      for (const listener of [...sockets, ...polling, ...streams])
        expect(listener.of("new_comment", "comment_added").map((item) => item.data.comment.content)).toEqual(all);
    }, 10_000);
    expect((await alice.get(`/api/v1/streams/post:${post.id}/entries?after=${sockets[0]?.cursor()?.split(":")[0]}:0`)).body.entries).toHaveLength(30);
    for (const listener of [...sockets, ...polling, ...streams]) listener.close();
  });

  const short = [faults.rabbitmqKilled, faults.notification1Killed, faults.redisFrozen];
  for (const fault of short)
    test(`loses and doubles nothing: ${fault.name}`, async ({ skip }) => {
      if (!cluster) return skip("the servers cannot be had on this machine");
      const author = await cluster.person("author");
      const reader = await Promise.all(Array.from({ length: 12 }, () => (cluster as TestCluster).person("reader")));
      const { accepted, refused } = await survives({ cluster, author, reader, fault });
      expect(accepted.length).toBeGreaterThan(0);
      process.stderr.write(`${fault.name}: ${accepted.length} comments accepted, refused ${JSON.stringify([...refused])}\n`);
    }, 180_000);
});
