import { generateKeyPairSync, randomBytes } from "node:crypto";
import { Agent, request } from "node:http";
import type { PartName } from "@newfeed/shared/contracts/services.ts";
import { serviceNames } from "@newfeed/shared/contracts/services.ts";
import { readConfig } from "@newfeed/shared/runtime/config.ts";
import { openDatabase } from "@newfeed/shared/runtime/database.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { describe, expect, inject, test } from "vitest";
import { startPart } from "../app/feed.ts";

const prefix = `t${randomBytes(6).toString("hex")}_`;
const nowhere = "127.0.0.1:9";

/** One part of a cluster whose RabbitMQ, Redis and other services are all down. */
const startAlone = (part: PartName) =>
  startPart({
    ...readConfig(
      {
        NODE_ENV: "test",
        LOG_LEVEL: "error",
        PORT: "0",
        GRPC_PORT: "0",
        DATABASE_URL: new URL("/", inject("databaseUrl")).href,
        DATABASE_PREFIX: prefix,
        RABBITMQ_URL: `amqp://${nowhere}`,
        REDIS_URL: `redis://${nowhere}`,
        INTERNAL_TOKEN_SECRET: randomBytes(32).toString("hex"),
        TOKEN_PRIVATE_KEY: generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
        ...Object.fromEntries(serviceNames.map((name) => [`${name.replace("-", "_").toUpperCase()}_URL`, `http://${nowhere}`])),
      },
      part,
    ),
    part,
  });

/** Sends requests on one keep-alive connection. */
function createProbe(url: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (path: string): Promise<{ code: number | undefined; body: Record<string, unknown> }> =>
    new Promise((resolve, reject) => {
      request(`${url}${path}`, { agent }, async (response) => {
        resolve({ code: response.statusCode, body: JSON.parse((await response.setEncoding("utf8").toArray()).join("")) });
      })
        .once("error", reject)
        .end();
    });
  return { ready: () => ask("/health/ready"), live: () => ask("/health/live"), close: () => agent.destroy() };
}

describe("readiness", () => {
  test("of a service: degraded without its bus and Redis, down without its database, draining while it shuts down", async () => {
    const part = await startAlone("user-service");
    const probe = createProbe(part.url);
    const administrator = openDatabase(inject("databaseUrl"), createLogger({ level: "error", json: false }), 1);
    try {
      expect(await probe.ready()).toMatchObject({ code: 200, body: { status: "degraded", checks: { database: "ok", bus: "down", cache: "down" } } });

      await administrator.query(`ALTER DATABASE ${prefix}user ALLOW_CONNECTIONS false`);
      await administrator.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", [`${prefix}user`]);
      await eventually(async () => expect(await probe.ready()).toMatchObject({ code: 503, body: { status: "down", checks: { database: "down" } } }));
      expect(await probe.live()).toMatchObject({ code: 200 });
      await administrator.query(`ALTER DATABASE ${prefix}user ALLOW_CONNECTIONS true`);
      await eventually(async () => expect(await probe.ready()).toMatchObject({ code: 200, body: { status: "degraded" } }), 10_000);

      // As after a failover, or where a full disk has the server take no writes.
      const takesWrites = async (takes: boolean) => {
        await administrator.query(`ALTER DATABASE ${prefix}user SET default_transaction_read_only = ${!takes}`);
        await administrator.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", [`${prefix}user`]);
        await eventually(
          async () => expect(await probe.ready()).toMatchObject({ code: 200, body: { status: "degraded", checks: { database: takes ? "ok" : "degraded" } } }),
          10_000,
        );
      };
      await takesWrites(false);
      await takesWrites(true);

      const closed = part.close();
      expect(await probe.ready()).toMatchObject({ code: 503, body: { status: "draining" } });
      await closed;
    } finally {
      probe.close();
      await administrator.close();
    }
  });

  test("of a gateway: degraded without Redis, draining while it shuts down", async () => {
    const part = await startAlone("api-gateway");
    const probe = createProbe(part.url);
    expect(await probe.ready()).toMatchObject({ code: 200, body: { status: "degraded", checks: { cache: "down" } } });
    const closed = part.close();
    expect(await probe.ready()).toMatchObject({ code: 503, body: { status: "draining" } });
    await closed;
    probe.close();
  });
});
