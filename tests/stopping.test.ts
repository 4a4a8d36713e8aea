import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { queueOf } from "@newfeed/shared/contracts/events.ts";
import { type PartName, type ServiceName, serviceNames } from "@newfeed/shared/contracts/services.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { connect } from "amqplib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Infra, startInfra } from "../scripts/infra.ts";
import { available } from "./support/available.ts";
import { publishRaw } from "./support/cluster/poison.ts";
import { freePort } from "./support/free-port.ts";
import { runOperate } from "./support/operate.ts";
import { type FeedProcess, startProcess } from "./support/process.ts";
import { signalTree } from "./support/process-tree.ts";

const found = await available("rabbitmq", "redis");
const secrets = {
  INTERNAL_TOKEN_SECRET: randomBytes(32).toString("hex"),
  TOKEN_PRIVATE_KEY: generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
};

describe.runIf(found)("a part of a cluster stops within seconds", () => {
  let directory: string;
  let infra: Infra<"postgres" | "rabbitmq" | "redis">;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "newfeed-stopping-"));
    infra = await startInfra({ directory, need: ["postgres", "rabbitmq", "redis"], durable: false });
  }, 120_000);
  afterAll(async () => {
    await infra?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  async function startPart(part: PartName): Promise<FeedProcess> {
    const { postgres, rabbitmq, redis } = infra.servers;
    const nowhere = await freePort();
    const feed = await startProcess(
      directory,
      {
        ...secrets,
        INSTANCE: part,
        DATABASE_URL: new URL("/", postgres.url).href,
        RABBITMQ_URL: rabbitmq.url,
        REDIS_URL: redis.url,
        ...Object.fromEntries(serviceNames.map((name) => [`${name.replace("-", "_").toUpperCase()}_URL`, `http://127.0.0.1:${nowhere}`])),
      },
      [`--services=${part}`],
    );
    await eventually(async () => expect(await (await fetch(`${feed.url}/health/ready`)).json()).toMatchObject({ status: "ok" }), 20_000);
    return feed;
  }
  /** It announces for up to four and a half seconds that it stops. */
  async function stops(feed: FeedProcess, withinMs: number, what: string): Promise<void> {
    const started = performance.now();
    expect(await feed.signal("SIGTERM")).toBe(0);
    const took = performance.now() - started;
    process.stderr.write(`stopped in ${Math.round(took)} ms while ${what}\n`);
    expect(took, what).toBeLessThan(withinMs);
  }
  /** Messages that no consumer has. */
  async function waitingFor(service: ServiceName): Promise<number> {
    const connection = await connect(infra.servers.rabbitmq.url);
    try {
      return (await (await connection.createChannel()).checkQueue(queueOf(service))).messageCount;
    } finally {
      await connection.close();
    }
  }
  const processes = () => Object.values(infra.servers).flatMap(({ pid }) => (pid === undefined ? [] : [pid]));

  test("while its servers are gone, and while they are frozen", async () => {
    const [gone, frozen] = await Promise.all([startPart("notification-service"), startPart("comment-service")]);
    signalTree(infra.servers.postgres.pid as number, "SIGSTOP");
    try {
      // An event in hand waits for the database, too.
      await publishRaw(infra.servers.rabbitmq, [{ id: "in-hand", type: "post.deleted", body: "not JSON" }]);
      await eventually(async () => expect(await waitingFor("comment-service")).toBe(0), 10_000);
      for (const pid of processes()) signalTree(pid, "SIGSTOP");
      // Requests that never end hang on the database.
      const hanging = fetch(`${frozen.url}/health/ready`).catch(() => {});
      const command = runOperate(directory, "dead-letters", ["list", "post"], { DATABASE_URL: new URL("/", infra.servers.postgres.url).href });
      await stops(frozen, 20_000, "PostgreSQL, RabbitMQ and Redis are frozen");
      await hanging;
      expect(await command).toMatchObject({
        code: 1,
        errors: expect.stringMatching(`PostgreSQL at 127.0.0.1:${infra.servers.postgres.port}, database postgres, cannot be used: .*time`),
      });
    } finally {
      for (const pid of processes()) signalTree(pid, "SIGCONT");
    }
    await eventually(async () => expect(await (await fetch(`${gone.url}/health/ready`)).json()).toMatchObject({ status: "ok" }), 40_000);
    for (const server of [infra.servers.rabbitmq, infra.servers.redis]) await server.stop("SIGKILL");
    await eventually(
      async () => expect(await (await fetch(`${gone.url}/health/ready`)).json()).toMatchObject({ checks: { bus: "down", cache: "down" } }),
      10_000,
    );
    await stops(gone, 12_000, "RabbitMQ and Redis are gone");
  }, 180_000);
});
