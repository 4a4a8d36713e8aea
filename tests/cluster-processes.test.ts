import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TableRow } from "../scripts/cluster/supervisor.ts";
import { endLeftovers } from "../scripts/infra/leftovers.ts";
import { available } from "./support/available.ts";
import { startTestCluster, type TestCluster } from "./support/cluster/start.ts";
import { freePort } from "./support/free-port.ts";
import { type FeedProcess, runToEnd, startProcess } from "./support/process.ts";
import { childrenOf, isAlive } from "./support/processes.ts";

const found = await available("nginx", "redis", "rabbitmq");

describe.runIf(found && process.platform === "linux")("a process of the cluster", () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = (await startTestCluster({})) as TestCluster;
  }, 300_000);
  afterAll(() => cluster?.close(), 60_000);
  const pidOf = (instance: string) => cluster.rows().find((row) => row.instance === instance)?.pid ?? 0;
  const reported = (line: string) => cluster.lines.filter((text) => text.startsWith(line)).length;

  test("nginx's master: when it is killed its workers end, and one start makes it ready again", async () => {
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

  test("a part that is signalled twice for one request closes in order", async () => {
    for (const instance of ["media-service-1", "api-gateway-1"]) {
      const pid = pidOf(instance);
      // Two of the same kind may arrive as one.
      cluster.signal(instance, "SIGTERM");
      cluster.signal(instance, "SIGINT");
      await eventually(() => expect(reported(`${instance} is ready again`)).toBe(1), 60_000);
      expect(cluster.lines).toContain(`${instance} exited (code 0); restarting it`);
      expect(isAlive(pid)).toBe(false);
    }
  }, 120_000);

  test("a Redis that was killed is back when the new one answers", async () => {
    const pid = pidOf("redis");
    process.kill(pid, "SIGKILL");
    await eventually(() => expect([0, pid]).not.toContain(pidOf("redis")), 30_000);
    expect((await cluster.call("GET", "/health")).status).toBe(200);
  }, 60_000);
});

describe.runIf(found && process.platform === "linux")("npm run cluster", () => {
  let directory: string;
  let port: number;
  const running: FeedProcess[] = [];
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "newfeed-cluster-"));
    port = await freePort();
  });
  afterAll(async () => {
    for (const feed of running) await feed.signal("SIGTERM");
    rmSync(directory, { recursive: true, force: true });
  }, 120_000);

  const args = () => ["--port", String(port), "--data", directory];
  async function start(): Promise<FeedProcess> {
    const feed = await startProcess(directory, {}, args(), "npm cluster", 200_000);
    running.push(feed);
    return feed;
  }
  const rows = () => JSON.parse(readFileSync(join(directory, "cluster/processes.json"), "utf8")) as TableRow[];
  const pids = () => rows().map(({ pid }) => pid ?? 0);
  const pidOf = (instance: string) => rows().find((row) => row.instance === instance)?.pid ?? 0;
  const supervisor = () => (JSON.parse(readFileSync(join(directory, "cluster/process.json"), "utf8")) as { pid: number }).pid;
  const health = () => fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(10_000) }).then(({ status }) => status);

  /** A request that nginx refuses, with a line in its log. */
  const tooLarge = () =>
    new Promise<number | undefined>((resolve, reject) => {
      const call = request(`http://127.0.0.1:${port}/api/v1/posts?${"x".repeat(200)}`, { method: "POST", headers: { "content-length": 60_000_000 } });
      call.setTimeout(10_000, () => call.destroy(new Error("no answer")));
      call.once("error", reject).once("response", ({ statusCode }) => {
        resolve(statusCode);
        call.destroy();
      });
      call.flushHeaders();
    });

  test("frozen, it stops no log; killed, its place is taken by the next; signalled with its group, it stops in order", async () => {
    await start();
    // Nobody reads a frozen supervisor's pipes: 400 lines of 300 bytes would fill one.
    process.kill(supervisor(), "SIGSTOP");
    for (let count = 0; count < 400; count++) expect(await tooLarge()).toBe(413);
    const workers = childrenOf(pidOf("nginx"));
    const [before, services] = [supervisor(), pids()];
    process.kill(pidOf("nginx"), "SIGKILL");
    process.kill(before, "SIGKILL");
    await eventually(() => expect(isAlive(before)).toBe(false));
    // They still answer.
    expect(workers.filter(isAlive)).not.toEqual([]);

    const feed = await start();
    expect(feed.output()).toMatch(/^Ended what an earlier run had left: .*nginx/m);
    expect([...workers, ...services].filter(isAlive)).toEqual([]);
    expect(await health()).toBe(200);
    const all = pids();
    expect(all.filter(isAlive)).toEqual(all);
    // To npm as well, which passes it on.
    expect(await feed.signal("SIGTERM")).toBe(0);
    expect(feed.output().match(/Stopping/g)).toHaveLength(1);
    expect(all.filter(isAlive)).toEqual([]);
  }, 400_000);

  test("with its port taken, says so and does not start", async () => {
    const taken = createServer((_request, response) => response.end("another program")).listen(port, "127.0.0.1");
    await eventually(() => expect(taken.listening).toBe(true));
    const { code, output } = await runToEnd(directory, {}, args(), "npm cluster");
    taken.close();
    expect([code, output]).toEqual([1, expect.stringContaining(`port ${port} on 127.0.0.1 is taken`)]);
    expect(output).not.toContain("NewFeed ready");
  }, 120_000);

  test("asked to stop while it starts, stops what it has started", async () => {
    const { code, output } = await runToEnd(directory, {}, args(), "npm cluster", "Starting PostgreSQL");
    expect([code, output]).toEqual([0, expect.stringContaining("Stopping …")]);
    expect(output).not.toContain("NewFeed ready");
    expect(await endLeftovers([join(directory, "cluster")])).toEqual([]);
  }, 120_000);
});
