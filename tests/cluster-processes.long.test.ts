import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TableRow } from "../scripts/cluster/supervisor.ts";
import { endLeftovers } from "../scripts/infra/leftovers.ts";
import { available } from "./support/available.ts";
import { freePort } from "./support/free-port.ts";
import { type FeedProcess, runToEnd, startProcess } from "./support/process.ts";
import { childrenOf, isAlive } from "./support/processes.ts";

const found = await available("nginx", "redis", "rabbitmq");

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
