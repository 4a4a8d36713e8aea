import { createHash, randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { consumersOf } from "@newfeed/shared/contracts/events.ts";
import { databaseOf } from "@newfeed/shared/contracts/services.ts";
import { LiveService } from "@newfeed/shared/proto/newfeed/v1/live_pb.ts";
import { PostService } from "@newfeed/shared/proto/newfeed/v1/post_pb.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TableRow } from "../scripts/cluster/supervisor.ts";
import { openEvents, openSocket } from "./support/clients.ts";
import { type Fault, faults, withoutRabbitmq } from "./support/cluster/faults.ts";
import { poisonComment, publishRaw } from "./support/cluster/poison.ts";
import { serverFaults } from "./support/cluster/server-faults.ts";
import { beginUpload, openHealthCheck } from "./support/cluster/slow-upload.ts";
import { startTestCluster, type TestCluster } from "./support/cluster/start.ts";
import { survives } from "./support/cluster/survives.ts";
import { grpcClient } from "./support/grpc.ts";
import { runOperate } from "./support/operate.ts";

/** `npm run test:faults` sets it. */
const faultCount = Number(process.env.FAULTS ?? 0);

let cluster: TestCluster | null = null;
beforeAll(async () => {
  cluster = await startTestCluster({ "notification-service": 3, "api-gateway": 2, "comment-service": 2 }, {}, { ownDisk: faultCount > 0 });
}, 300_000);
afterAll(() => cluster?.close(), 60_000);

/** In every test run a fault has fewer followers, on every instance, and less load behind it. */
const usual = { sockets: 18, streams: 18, afterMs: 1_000 };

/** Four faults in every test run, one of each kind; `npm run test:faults` runs a given number, in random order from a printed seed. */
function selectFaults(): Fault[] {
  if (faultCount === 0) return [faults.brokerKilled, faults.notification1Killed, faults.redisFrozen, faults.garbageOnRedis];
  const seed = process.env.FAULTS_SEED ?? randomBytes(4).toString("hex");
  process.stderr.write(`${faultCount} faults, seed ${seed} (FAULTS_SEED=${seed} repeats them)\n`);
  const all = { ...faults, ...serverFaults };
  const names = (process.env.FAULTS_ONLY?.split(",") ?? Object.keys(all)) as (keyof typeof all)[];
  const order = (round: number) => [...names].sort((a, b) => (rank(seed, round, a) < rank(seed, round, b) ? -1 : 1));
  return Array.from({ length: faultCount }, (_, index) => all[order(Math.floor(index / names.length))[index % names.length] as keyof typeof all]);
}

const rank = (seed: string, round: number, name: string) => createHash("sha256").update(`${seed} ${round} ${name}`).digest("hex");

describe("a cluster of three notification services, two gateways and two comment services", () => {
  test("delivers to followers on every instance, once each and in the same order, on every transport", async ({ skip }) => {
    if (!cluster) return skip("the servers are not available on this machine");
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

  test("answers gRPC at each gateway, and follows over it", async ({ skip }) => {
    if (!cluster) return skip("the servers are not available on this machine");
    const [alice, bob] = await Promise.all([cluster.person("alice"), cluster.person("bob")]);
    const { id: postId } = await grpcClient(cluster, PostService, alice).createPost({ content: "Hello", postType: "TEXT" });
    const [leave, contents] = [new AbortController(), new Map<number, (string | undefined)[]>()];
    // Each has a connection of its own, and nginx gives it to the gateway with the fewest.
    const followers = [0, 1, 2, 3].map((follower) => ({
      follower,
      stream: grpcClient(cluster as TestCluster, LiveService, bob).followPost({ postId }, leave),
    }));
    const ended = followers.map(async ({ follower, stream }) => {
      for await (const { event } of stream)
        if (event.case === "hello") contents.set(follower, []);
        else if (event.case === "commentAdded") contents.get(follower)?.push(event.value.comment?.content);
    });
    await eventually(() => expect(contents.size).toBe(4), 10_000);
    await grpcClient(cluster, PostService, alice).createComment({ postId, content: "one" });
    await eventually(() => expect([...contents.values()]).toEqual(Array(4).fill(["one"])), 10_000);
    leave.abort();
    await Promise.allSettled(ended);
  });

  test("changes what event streams carry, whichever instance the call reaches, and resumes them on any", async ({ skip }) => {
    if (!cluster) return skip("the servers are not available on this machine");
    const { url, rows } = cluster;
    const [alice, bob] = await Promise.all([cluster.person("alice"), cluster.person("bob")]);
    const write = async () => (await alice.post("/api/v1/posts", { content: "Hello", postType: "TEXT" })).body.id as string;
    const [one, two] = [await write(), await write()];
    const streams = await Promise.all(Array.from({ length: 6 }, () => openEvents({ url }, bob, `/api/sse?streams=post:${one}`)));
    const nameOf = (stream: (typeof streams)[number]) => String(stream.of("hello").at(-1)?.data.connection);
    expect(new Set(streams.map((stream) => nameOf(stream).split("~")[0])).size).toBeGreaterThan(1);
    const change = (at: string, stream: (typeof streams)[number], body: object) =>
      fetch(`${at}/api/sse/${nameOf(stream)}/streams`, {
        method: "POST",
        headers: { authorization: `Bearer ${bob.token}`, "content-type": "application/json" },
        body: JSON.stringify(body),
      }).then(({ status }) => status);
    // nginx finds the instance by its name.
    for (const stream of streams) expect(await change(url, stream, { add: [{ stream: "user:me" }] })).toBe(202);
    // A load balancer that does not, reaches another one.
    for (const stream of streams) {
      const other = rows().find(({ name, instance }) => name === "notification-service" && instance !== nameOf(stream).split("~")[0]);
      expect(await change(`http://127.0.0.1:${other?.port}`, stream, { add: [{ stream: `post:${two}` }] })).toBe(202);
    }
    for (const stream of streams)
      await eventually(() => expect(stream.of("caught_up").map(({ data }) => data.stream)).toEqual([`post:${one}`, `user:${bob.id}`, `post:${two}`]), 20_000);
    const say = async (post: string, content: string) => expect((await alice.post(`/api/v1/posts/${post}/comments`, { content })).status).toBe(201);
    await say(one, "first");
    await say(two, "second");
    const contents = (stream: (typeof streams)[number]) => stream.of("comment_added").map(({ data }) => data.comment.content);
    for (const stream of streams) await eventually(() => expect(contents(stream).sort()).toEqual(["first", "second"]), 20_000);
    const position = streams[0]?.cursor();
    for (const stream of streams) stream.close();
    await say(two, "missed");
    const back = await Promise.all(Array.from({ length: 3 }, () => openEvents({ url }, bob, "/api/sse?streams=user:me", position)));
    for (const stream of back) await eventually(() => expect(contents(stream)).toEqual(["missed"]), 20_000);
    for (const stream of back) stream.close();
  });

  test("accepts writes while RabbitMQ is down, and reports that it is degraded", async ({ skip }) => {
    if (!cluster) return skip("the servers are not available on this machine");
    const { servers, hold, rows, person } = cluster;
    const author = await person("author");
    const { body: post } = await author.post("/api/v1/posts", { content: "Hello", postType: "TEXT" });
    const health = async () => {
      const { port } = rows().find((row) => row.instance === "comment-service-1") ?? {};
      return (await (await fetch(`http://127.0.0.1:${port}/health/ready`)).json()) as { status: string; checks: Record<string, string> };
    };
    expect(await health()).toMatchObject({ status: "ok" });
    await hold("broker", async () => {
      await servers.broker.stop("SIGKILL");
      await eventually(async () => expect(await health()).toMatchObject({ status: "degraded", checks: { bus: "down", database: "ok" } }));
      const took: number[] = [];
      for (let index = 0; index < 100; index++) {
        const started = performance.now();
        expect((await author.post(`/api/v1/posts/${post.id}/comments`, { content: String(index) })).status).toBe(201);
        took.push(performance.now() - started);
      }
      const p99 = took.sort((a, b) => a - b)[98] as number;
      process.stderr.write(`writes while RabbitMQ is down: p99 ${Math.round(p99)} ms\n`);
      expect(p99).toBeLessThan(500);
    });
    await eventually(async () => expect(await health()).toMatchObject({ status: "ok" }), 30_000);
  }, 120_000);

  test("reports within seconds that Redis refuses every write, while requests succeed", async ({ skip }) => {
    if (!cluster) return skip("the servers are not available on this machine");
    const author = await cluster.person("author");
    const reader = [author];
    await survives({ cluster, author, reader, fault: serverFaults.fullRedis, sockets: 4, streams: 4, afterMs: 500 }).then(({ refused }) =>
      expect([...refused]).toEqual([]),
    );
  }, 60_000);

  test("dead-letters poison messages, delivers the others, and delivers a replayed one once after the fix", async ({ skip }) => {
    if (!cluster) return skip("the servers are not available on this machine");
    const why = withoutRabbitmq(cluster);
    if (why) return skip(why);
    const { directory } = cluster;
    const [alice, bob] = [await cluster.person("alice"), await cluster.person("bob")];
    const { body: post } = await alice.post("/api/v1/posts", { content: "Hello", postType: "TEXT" });
    const listeners = [
      ...(await Promise.all(Array.from({ length: 6 }, () => openSocket(cluster as TestCluster, bob)))),
      ...(await Promise.all(Array.from({ length: 6 }, () => openEvents(cluster as TestCluster, bob, `/api/sse/comments/${post.id}`)))),
    ];
    for (const listener of listeners) if ("ask" in listener) expect(await listener.ask("subscribe-post", post.id)).toMatchObject({ ok: true });
    const allHave = (...contents: string[]) =>
      eventually(() => {
        for (const listener of listeners) expect(listener.of("new_comment", "comment_added").map((item) => item.data.comment.content)).toEqual(contents);
      }, 15_000);
    const comment = async (content: string) => expect((await alice.post(`/api/v1/posts/${post.id}/comments`, { content })).status).toBe(201);
    const deadLetters = (...args: string[]) => runOperate(directory, "dead-letters", args);

    const repair = await poisonComment(cluster, "poison");
    await comment("one");
    await publishRaw(cluster.servers.broker, [
      { id: "no-json", type: "comment.created", body: "not JSON" },
      { id: "binary", type: "comment.created", body: Buffer.from("ff00fe0180c2", "hex") },
      { id: "no-event", type: "comment.created", body: '{"type":"comment.created","data":{}}' },
    ]);
    await comment("poison");
    await comment("two");
    await allHave("one", "two");
    const letters = await eventually(async () => {
      const { printed } = await deadLetters("list", "notification");
      expect(printed.at(-1)).toBe("4 dead letters");
      const lines = printed.slice(0, -1).map((line) => line.split(/ {2,}/));
      const read = lines.map(([, id = "", , type, reason = ""]) => ({ id, type, reason: reason.includes("the event handler fails") ? "its own" : reason }));
      expect(read.map(({ type, reason }) => [type, reason]).sort()).toEqual([
        ["comment.created", "its own"],
        ["comment.created", "not JSON"],
        ["comment.created", "not JSON"],
        ["comment.created", "wrong schema"],
      ]);
      return read;
    }, 15_000);
    const poison = letters.find(({ reason }) => reason === "its own")?.id as string;
    expect((await deadLetters("show", "notification", poison)).printed.join("\n")).toContain('"content": "poison"');
    for (const { id } of letters) if (id !== poison) expect(await deadLetters("drop", "notification", id)).toMatchObject({ code: 0, printed: ["1 dropped"] });
    // Other consumers of comments have their own dead letters of the invalid messages.
    for (const other of consumersOf("comment.created")
      .filter((name) => name !== "notification-service")
      .map(databaseOf)) {
      await eventually(async () => expect((await deadLetters("list", other)).printed.at(-1)).toBe("3 dead letters"), 15_000);
      expect(await deadLetters("drop", other, "--all")).toMatchObject({ code: 0, printed: ["3 dropped"] });
    }

    // Replayed too early, it is dead-lettered again and still blocks no other event.
    expect(await deadLetters("replay", "notification", poison)).toMatchObject({ code: 0, printed: ["1 replayed"] });
    await comment("three");
    await allHave("one", "two", "three");
    await eventually(
      async () =>
        expect((await deadLetters("list", "notification")).printed).toEqual([
          expect.stringMatching(/comment\.created {2}(?!\(to be replayed\)).*the event handler fails/),
          "1 dead letter",
        ]),
      15_000,
    );

    await repair();
    expect(await deadLetters("replay", "notification", "--all")).toMatchObject({ code: 0, printed: ["1 replayed"] });
    await allHave("one", "two", "three", "poison");
    await comment("four");
    await allHave("one", "two", "three", "poison", "four");
    expect((await deadLetters("list")).printed).toEqual(["0 dead letters"]);
    for (const listener of listeners) listener.close();
  }, 120_000);

  test("on SIGTERM, instances are no longer ready and finish the requests in flight", async ({ skip }) => {
    if (!cluster) return skip("the servers are not available on this machine");
    const { rows, signal, person, directory } = cluster;
    const alice = await person("alice");
    const of = (instance: string) => rows().find((row) => row.instance === instance) as TableRow;
    const ending = ["api-gateway-1", "media-service-1"].map(of);
    const upload = await beginUpload(of("api-gateway-1").port, alice);
    // Both process it now.
    await eventually(() => expect(readdirSync(join(directory, "cluster/data/uploads"))).not.toEqual([]));
    const health = ending.map(({ port }) => openHealthCheck(port));
    for (const { check } of health) expect(await check()).toEqual({ status: 200, health: "ok" });
    for (const { instance } of ending) signal(instance, "SIGTERM");
    for (const { check } of health) await eventually(async () => expect(await check()).toEqual({ status: 503, health: "draining" }));
    for (const { port } of ending) await eventually(() => expect(fetch(`http://127.0.0.1:${port}/health/live`)).rejects.toThrow());
    expect(await upload.finish()).toEqual({ status: 201, id: expect.any(String) });
    for (const { close } of health) close();
    for (const { instance, pid, port } of ending)
      await eventually(async () => {
        expect(of(instance).pid).not.toBe(pid);
        expect((await fetch(`http://127.0.0.1:${port}/health/ready`)).status).toBe(200);
      }, 30_000);
  }, 90_000);

  const selected = selectFaults();
  for (const [index, fault] of selected.entries())
    test(`delivers every comment once (${index + 1}/${selected.length}): ${fault.name}`, async ({ skip }) => {
      if (!cluster) return skip("the servers are not available on this machine");
      const why = fault.unavailable?.(cluster);
      if (why) {
        process.stderr.write(`skipped: ${fault.name}: ${why}\n`);
        return skip(why);
      }
      const author = await cluster.person("author");
      const reader = await Promise.all(Array.from({ length: 12 }, () => (cluster as TestCluster).person("reader")));
      const { accepted, refused } = await survives({ cluster, author, reader, fault, ...(faultCount === 0 && usual) });
      expect(accepted.length).toBeGreaterThan(0);
      if (fault.refusesNothing) expect([...refused]).toEqual([]);
      process.stderr.write(`${fault.name}: ${accepted.length} comments accepted, refused ${JSON.stringify([...refused])}\n`);
    }, 180_000);
});
