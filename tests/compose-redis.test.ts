import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRedisLimiter } from "@newfeed/shared/cluster/redis-limiter.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { Redis } from "ioredis";
import { afterEach, expect, test } from "vitest";
import { parse } from "yaml";
import { available } from "./support/available.ts";
import { freePort } from "./support/free-port.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Redis with the options that compose gives it. */
async function startRedis(program: string): Promise<{ url: string; redis: Redis }> {
  const compose = parse(readFileSync(new URL("../docker-compose.yml", import.meta.url), "utf8"), { merge: true });
  const [, ...options]: string[] = compose.services.redis.command;
  const directory = mkdtempSync(join(tmpdir(), "newfeed-redis-"));
  const port = await freePort();
  const filledIn = options.map((option) => option.replace(/^\$\{REDIS_PASSWORD.*\}$/, "secret"));
  const child = spawn(program, [...filledIn, "--port", String(port), "--bind", "127.0.0.1"], { cwd: directory, stdio: "ignore" });
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
  return { url, redis };
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
