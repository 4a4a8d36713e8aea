import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRedisLimiter } from "@newfeed/shared/cluster/redis-limiter.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { Redis } from "ioredis";
import { afterEach, expect, test } from "vitest";
import { parse } from "yaml";
import { planExporter } from "../scripts/cluster/exporters.ts";
import { serverDashboards } from "../scripts/deployment/server-dashboards.ts";
import { startProgram } from "../scripts/infra/server.ts";
import { available } from "./support/available.ts";
import { freePort } from "./support/free-port.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Redis as compose starts it, with its files in a folder of the test's. */
async function startRedis(program: string, exporterPassword = ""): Promise<{ url: string; redis: Redis; directory: string }> {
  const compose = parse(readFileSync(new URL("../docker-compose.yml", import.meta.url), "utf8"), { merge: true });
  const [shell, option, script]: string[] = compose.services.redis.command;
  const directory = mkdtempSync(join(tmpdir(), "newfeed-redis-"));
  const port = await freePort();
  const filledIn = `${script}`
    .replaceAll("$$", "$")
    .replaceAll("/data/", `${directory}/`)
    .replace(/exec redis-server (.*)/, `exec ${program} $1 --port ${port} --bind 127.0.0.1`);
  const environment = { PATH: process.env.PATH ?? "", REDISCLI_AUTH: "secret", REDIS_EXPORTER_PASSWORD: exporterPassword };
  const child = spawn(`${shell}`, [`${option}`, filledIn], { cwd: directory, stdio: "ignore", env: environment });
  const exited = once(child, "exit");
  closers.push(async () => {
    child.kill();
    await exited;
    rmSync(directory, { recursive: true });
  });
  const url = `redis://:secret@127.0.0.1:${port}`;
  const redis = new Redis(url, { retryStrategy: () => 50, lazyConnect: false });
  redis.on("error", () => {});
  closers.push(() => redis.disconnect());
  await eventually(async () => expect(await redis.ping()).toBe("PONG"), 10_000);
  return { url, redis, directory };
}

test("compose's Redis, once full, refuses and forgets no counter: parts count alone until there is room", async ({ skip }) => {
  const found = await available("redis");
  if (!found || !("program" in found.redis)) return skip("Redis is not installed");
  const { url, redis } = await startRedis(found.redis.program);
  const limiter = createRedisLimiter({ url, factor: 1, logger: createLogger({ level: "error", json: false }) });
  closers.push(() => limiter.close());
  await eventually(() => expect(limiter.ready).toBe(true));
  for (let time = 0; time < 3; time++) await limiter.consume("loginFailure", "alice");

  const fill = async () => {
    for (let part = 0; part < 64; part++) await redis.setrange(`fill-${part}`, 8 * 2 ** 20, "x");
  };
  await expect(fill()).rejects.toThrow(/^OOM/);
  // Refused at last, also with less than a page.
  await eventually(async () => {
    await expect(redis.set(`rest-${Math.random()}`, "x".repeat(10_000))).rejects.toThrow(/^OOM/);
  }, 10_000);
  expect((await limiter.consume("loginFailure", "alice")).consumed).toBe(1);

  await redis.del(...(await redis.keys("fill-*")));
  await eventually(async () => expect((await limiter.peek("loginFailure", "alice")).consumed).toBe(3), 10_000);
}, 60_000);

test("the exporter of compose's Redis reads counts, and neither keys nor passwords; without a password there is no such user", async ({ skip }) => {
  const found = await available("redis");
  if (!found || !("program" in found.redis)) return skip("Redis is not installed");
  const { redis, directory, url } = await startRedis(found.redis.program, "for-counts");
  expect(statSync(join(directory, "redis.conf")).mode & 0o077).toBe(0);
  await redis.set("key", "value");
  const address = Object.assign(new URL(url), { username: "exporter", password: "for-counts" }).href;
  const exporter = new Redis(address);
  closers.push(() => exporter.disconnect());
  expect(await exporter.info()).toMatch(/^connected_clients:\d+/m);
  for (const refused of [() => exporter.get("key"), () => exporter.config("GET", "requirepass"), () => exporter.flushall(), () => exporter.slowlog("GET")])
    await expect(refused()).rejects.toThrow(/^NOPERM/);

  // What the dashboard shows is among them.
  const source = (await available("redis-exporter"))?.["redis-exporter"];
  if (source && "program" in source) {
    const plan = planExporter(source.program, "redis", { url: address, port: await freePort() });
    const running = await startProgram({ ...plan, log: join(directory, "exporter.log"), whenParentDies: "KILL", ready: async (group) => plan.ready(group) });
    closers.push(() => running.stop());
    const metrics = await (await fetch(`http://127.0.0.1:${plan.port}/metrics`)).text();
    expect(metrics).toMatch(/^redis_up 1$/m);
    const shown = JSON.stringify(serverDashboards.redis).match(/\bredis_\w+/g) ?? [];
    expect(shown.length).toBeGreaterThan(10);
    for (const name of shown) expect(metrics).toMatch(new RegExp(`^${name}[ {]`, "m"));
  }

  const without = await startRedis(found.redis.program);
  expect(await without.redis.acl("LIST")).toHaveLength(1);
}, 60_000);
