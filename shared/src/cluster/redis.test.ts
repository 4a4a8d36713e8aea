import { randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Infra, type Server, startInfra } from "../../../scripts/infra.ts";
import { available } from "../../../tests/support/available.ts";
import { limits } from "../contracts/limits.ts";
import type { Cache } from "../ports/cache.ts";
import type { Limiter } from "../ports/limiter.ts";
import type { Logger } from "../ports/logger.ts";
import type { Signals } from "../ports/signals.ts";
import { createLogger } from "../runtime/logger.ts";
import { cacheSuite } from "../testing/cache-suite.ts";
import { eventually } from "../testing/eventually.ts";
import { limiterSuite } from "../testing/limiter-suite.ts";
import { signalsSuite } from "../testing/signals-suite.ts";
import { openRedis } from "./redis.ts";
import { createRedisCache } from "./redis-cache.ts";
import { createRedisLimiter, type RedisLimiter } from "./redis-limiter.ts";
import { createRedisSignals } from "./redis-signals.ts";

const found = await available("redis");

describe.runIf(found)("Redis", () => {
  let infra: Infra<"redis">;
  let redis: Server;
  let directory: string;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "newfeed-redis-"));
    infra = await startInfra({ directory, need: ["redis"] });
    redis = infra.servers.redis;
  });
  afterAll(async () => {
    await infra?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const silent = createLogger({ level: "error", json: false, silent: true });

  /** What was logged, as lines. */
  const listening = () => {
    const lines: string[] = [];
    const write = (message: string) => void lines.push(message);
    const logger: Logger = { error: write, warn: write, info: write, http: write, debug: write, child: () => logger };
    return { lines, logger };
  };
  const isReady = (part: { ready: boolean }) => eventually(() => expect(part.ready).toBe(true), 10_000);
  const isNotReady = (part: { ready: boolean }) => eventually(() => expect(part.ready).toBe(false), 10_000);
  const took = async <T>(work: Promise<T>): Promise<[T, number]> => {
    const started = performance.now();
    return [await work, performance.now() - started];
  };

  limiterSuite("limits in Redis", async () => {
    const opened: Limiter[] = [];
    return {
      async open(factor) {
        const limiter = createRedisLimiter({ url: redis.url, factor, logger: silent });
        opened.push(limiter);
        await isReady(limiter);
        return limiter;
      },
      close: async () => void (await Promise.all(opened.map((limiter) => limiter.close()))),
    };
  });

  cacheSuite("a cache in Redis", async () => {
    const opened: Cache[] = [];
    return {
      async open(entries) {
        const cache = createRedisCache({ url: redis.url, entries, logger: silent });
        opened.push(cache);
        await isReady(cache);
        return cache;
      },
      close: async () => void (await Promise.all(opened.map((cache) => cache.close()))),
    };
  });

  signalsSuite("signals over Redis", async () => {
    const channelPrefix = randomUUID();
    return {
      async join() {
        const signals = createRedisSignals({ url: redis.url, channelPrefix, logger: silent });
        await isReady(signals);
        return signals;
      },
      close: async () => {},
    };
  });

  /** Each story begins and ends with a Redis that answers. */
  const broken = { killed: () => redis.stop("SIGKILL"), frozen: async () => redis.signal("SIGSTOP") };
  const repaired = { killed: () => redis.start(), frozen: async () => redis.signal("SIGCONT") };
  afterEach(async () => {
    redis.signal("SIGCONT");
    await redis.start();
  });

  describe("limits", () => {
    const { logger, lines } = listening();
    const opened: RedisLimiter[] = [];
    const instance = () => {
      const limiter = createRedisLimiter({ url: redis.url, factor: 1, logger });
      opened.push(limiter);
      return limiter;
    };
    beforeEach(() => {
      lines.length = 0;
    });
    afterEach(async () => {
      for (const limiter of opened.splice(0)) await limiter.close();
    });

    test("all instances count together", async () => {
      const [one, other] = [instance(), instance()];
      await Promise.all([one, other].map(isReady));
      const key = randomUUID();
      await one.consume("createPost", key);
      await other.consume("createPost", key);
      expect(await one.peek("createPost", key)).toMatchObject({ remaining: limits.createPost.points - 2 });
    });

    test.each(["killed", "frozen"] as const)("while Redis is %s, limits hold in process and nobody waits; afterwards Redis counts again", async (fault) => {
      const limiter = instance();
      await isReady(limiter);
      const [user, account] = [randomUUID(), randomUUID()];
      expect(await limiter.consume("createPost", user)).toMatchObject({ remaining: limits.createPost.points - 1 });

      await broken[fault]();
      const [first, firstTook] = await took(limiter.consume("createPost", user));
      expect(first).toMatchObject({ allowed: true, remaining: limits.createPost.points - 1 });
      expect(firstTook).toBeLessThan(150);
      const allowed: boolean[] = [];
      for (let failure = 0; failure < limits.loginFailure.points; failure++) {
        const [state, stateTook] = await took(limiter.consume("loginFailure", account));
        allowed.push(state.allowed);
        expect(stateTook).toBeLessThan(150);
      }
      expect(allowed).toEqual([true, true, false, false, false]);
      expect(await limiter.peek("loginFailure", account)).toMatchObject({ allowed: false, limit: 2 });

      await isNotReady(limiter);
      await repaired[fault]();
      await isReady(limiter);
      await eventually(async () => expect(await limiter.peek("loginFailure", account)).toMatchObject({ allowed: true, limit: limits.loginFailure.points }));
      for (const line of ["Redis does not answer", "Redis answers again", "limits are counted in this process", "limits are counted in Redis again"])
        expect(lines.filter((logged) => logged === line)).toHaveLength(1);
    });

    test.each([
      ["OOM", ["CONFIG", "SET", "maxmemory", "1"], ["CONFIG", "SET", "maxmemory", "0"]],
      ["READONLY", ["REPLICAOF", "127.0.0.1", "9"], ["REPLICAOF", "NO", "ONE"]],
    ] as const)("while Redis answers and refuses every write (%s), its check fails and limits hold in process", async (reason, refuse, allow) => {
      const limiter = instance();
      await isReady(limiter);
      await limiter.check();
      const admin = openRedis(redis.url, "publish", logger);
      await isReady(admin);
      const send = ([command, ...args]: readonly [string, ...string[]]) => admin.client.call(command, ...args);
      await send(refuse);
      try {
        await expect(limiter.check()).rejects.toThrow(reason);
        expect(limiter.ready).toBe(true);
        const account = randomUUID();
        for (let failure = 0; failure < limits.loginFailure.points; failure++) {
          await limiter.consume("loginFailure", account);
          // A second later Redis is asked again: what only reads would work.
          await eventually(async () => expect(await limiter.peek("loginFailure", account)).toMatchObject({ limit: 2 }));
        }
        expect(await limiter.peek("loginFailure", account)).toMatchObject({ allowed: false });
      } finally {
        await send(allow);
        await admin.close();
      }
      await limiter.check();
      await eventually(async () => expect(await limiter.peek("loginFailure", randomUUID())).toMatchObject({ limit: limits.loginFailure.points }));
      expect(lines.filter((line) => line.startsWith("limits"))).toEqual(["limits are counted in this process", "limits are counted in Redis again"]);
    });

    test("while Redis is frozen, one call a second waits for it, not each", async () => {
      const limiter = instance();
      await isReady(limiter);
      await broken.frozen();
      const started = performance.now();
      for (let call = 0; call < 30; call++) await limiter.consume("createPost", randomUUID());
      expect(performance.now() - started).toBeLessThan(1_000);
    });

    test("an instance that starts before Redis counts by itself, and together with the others once Redis is there", async () => {
      await redis.stop();
      const limiter = instance();
      expect(await limiter.consume("loginFailure", "early")).toMatchObject({ limit: 2, remaining: 1 });
      await redis.start();
      await eventually(async () => expect(await limiter.peek("loginFailure", "early")).toMatchObject({ limit: limits.loginFailure.points }));
    });

    test("a wrong password is logged once", async () => {
      const connection = openRedis(Object.assign(new URL(redis.url), { password: "wrong" }).href, "commands", logger);
      let closed = 0;
      connection.client.on("close", () => closed++);
      await eventually(() => expect(closed).toBeGreaterThan(3));
      expect(connection.ready).toBe(false);
      expect(lines).toEqual(["Redis does not answer"]);
      await connection.close();
    });
  });

  describe("signals", () => {
    const { logger, lines } = listening();
    let channelPrefix: string;
    let members: [Signals, Signals];
    let heard: unknown[];
    beforeEach(async () => {
      lines.length = 0;
      channelPrefix = randomUUID();
      members = [createRedisSignals({ url: redis.url, channelPrefix, logger }), createRedisSignals({ url: redis.url, channelPrefix, logger })];
      heard = [];
      members[1].listen("news", (payload) => heard.push(payload));
      await Promise.all(members.map(isReady));
    });
    afterEach(async () => {
      await Promise.all(members.map((member) => member.close()));
    });

    test.each(["killed", "frozen"] as const)("while Redis is %s, signals are lost without harm; afterwards they flow again", async (fault) => {
      await broken[fault]();
      const started = performance.now();
      for (let number = 0; number < 5_000; number++) members[0].send("news", { number });
      expect(performance.now() - started).toBeLessThan(500);
      await Promise.all(members.map(isNotReady));
      for (let number = 0; number < 100; number++) members[0].send("news", { number });

      await repaired[fault]();
      await Promise.all(members.map(isReady));
      members[0].send("news", "after");
      await eventually(() => expect(heard).toContain("after"));
      // Two connections of each member.
      for (const line of ["Redis does not answer", "Redis answers again"]) expect(lines.filter((logged) => logged === line)).toHaveLength(4);
    });

    test("of a flood while Redis is frozen, only the first thousand wait for it", async () => {
      await broken.frozen();
      for (let number = 0; number < 5_000; number++) members[0].send("news", { number });
      await repaired.frozen();
      await eventually(() => expect(heard).toHaveLength(1_000));
      members[0].send("news", "after");
      await eventually(() => expect(heard).toContain("after"));
      expect(heard).toHaveLength(1_001);
    });

    test("an instance that starts before Redis hears what is sent once Redis is there", async () => {
      await redis.stop();
      const early = createRedisSignals({ url: redis.url, channelPrefix, logger });
      expect(early.ready).toBe(false);
      early.listen("news", (payload) => heard.push(payload));
      await redis.start();
      await Promise.all([...members, early].map(isReady));
      members[0].send("news", "hello");
      await eventually(() => expect(heard).toEqual(["hello", "hello"]));
      await early.close();
    });

    test("garbage on the channels kills nobody, and the next signal arrives", async () => {
      const raw = openRedis(redis.url, "publish", logger);
      await isReady(raw);
      const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");
      const shapes = [null, 1, "text", [], {}, { type: 99 }, ...Array.from({ length: 10 }, (_, type) => ({ type })), [1, { nsp: "/" }], ["uid", "packet"]];
      const frames = [
        ...Array.from({ length: 100 }, (_, length) => randomBytes(length)),
        ...shapes.map((shape) => Buffer.from(JSON.stringify(shape))),
        ...[["error"], "signal", ["signal"], ["signal", { length: 1 }], ["signal", "__proto__", {}], { length: 1e9 }].map((data) =>
          Buffer.from(JSON.stringify({ uid: "foreign", type: 6, data })),
        ),
        // MessagePack of the wrong shape: nothing, an empty list, an empty map, lists that claim 33 million items each.
        ...["c0", "90", "80", "82 a3 75 69 64 01 a4 74 79 70 65 06", "dd 01 ff ff ff".repeat(50), "c9 ff ff ff ff 00"].map(hex),
      ];
      const started = performance.now();
      for (const channel of [`${channelPrefix}#/#`, `${channelPrefix}#/#room#`, `${channelPrefix}-request#/#`, `${channelPrefix}-response#/#`])
        for (const frame of frames) await raw.client.publish(channel, frame);
      members[0].send("news", "after");
      await eventually(() => expect(heard).toEqual(["after"]));
      expect(performance.now() - started).toBeLessThan(2_000);
      expect(lines).toEqual(members.map(() => "frames on the channels of signals were dropped"));
      await raw.close();
    });
  });
});
