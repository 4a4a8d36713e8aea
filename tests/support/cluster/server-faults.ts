import { execFile } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { openRedis } from "@newfeed/shared/cluster/redis.ts";
import { databaseOf, partNames, type StoringServiceName, storingServiceNames } from "@newfeed/shared/contracts/services.ts";
import { openDatabase } from "@newfeed/shared/runtime/database.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { signalTree } from "../process-tree.ts";
import { type Fault, faults, withoutRabbitmq } from "./faults.ts";
import type { TestCluster } from "./start.ts";

// Faults of servers that run and do not do what is asked of them.

const none = () => false;
const logger = createLogger({ level: "error", json: false, silent: true });

/** The superuser's access to a service's database. */
const databaseUrl = ({ servers }: TestCluster, service: StoringServiceName) =>
  Object.assign(new URL(servers.postgres.url), { pathname: `/newfeed_${databaseOf(service)}` }).href;

const fullDisk: Fault = {
  name: "PostgreSQL's disk full for 8 s",
  // It ends when it can write no log, and is started again.
  ends: (other) => other === "postgres",
  unavailable: ({ postgresDisk }) => (postgresDisk ? undefined : "PostgreSQL has no file system of its own"),
  tells: { check: "database", parts: storingServiceNames },
  async inflict({ postgresDisk }) {
    postgresDisk?.fill();
    await sleep(8_000);
    postgresDisk?.free();
  },
};

const frozenPostgres: Fault = {
  name: "PostgreSQL frozen for 8 s",
  ends: none,
  unavailable: ({ servers }) => (servers.postgres.pid === undefined ? "PostgreSQL is no process of this machine" : undefined),
  tells: { check: "database", parts: storingServiceNames },
  async inflict({ servers }) {
    const pid = servers.postgres.pid as number;
    signalTree(pid, "SIGSTOP");
    await sleep(8_000);
    signalTree(pid, "SIGCONT");
  },
};

/** Holds a lock that neither reads nor writes pass. */
async function lockTables(cluster: TestCluster, service: StoringServiceName, tables: string, milliseconds: number): Promise<void> {
  const database = openDatabase(databaseUrl(cluster, service), logger, 1);
  try {
    await database.transaction(async (query) => {
      await query(`LOCK TABLE ${tables} IN ACCESS EXCLUSIVE MODE`);
      await sleep(milliseconds);
    });
  } finally {
    await database.close();
  }
}

const lockedTables: Fault = {
  name: "the tables of comments, entries and outboxes locked for 8 s",
  ends: none,
  inflict: async (cluster) => {
    await Promise.all([
      lockTables(cluster, "comment-service", "comment, newfeed.outbox", 8_000),
      lockTables(cluster, "notification-service", "stream_entry, newfeed.consumed_event", 8_000),
    ]);
  },
};

const noConnections: Fault = {
  name: "all connections of PostgreSQL taken for 6 s",
  ends: none,
  async inflict(cluster) {
    const taken: ReturnType<typeof openDatabase>[] = [];
    const take = async () => {
      const database = openDatabase(databaseUrl(cluster, "user-service"), logger, 1);
      taken.push(database);
      await database.query("SELECT 1");
    };
    try {
      // Those that parts give back are taken too.
      for (const end = Date.now() + 6_000; Date.now() < end; ) {
        const refused = (await Promise.allSettled(Array.from({ length: 20 }, take))).some(({ status }) => status === "rejected");
        if (refused) await sleep(200);
      }
    } finally {
      await Promise.all(taken.map((database) => database.close()));
    }
  },
};

const fullRedis: Fault = {
  name: "Redis out of memory for 6 s",
  ends: none,
  refusesNothing: true,
  tells: { check: "cache", parts: partNames },
  async inflict({ servers }) {
    const redis = openRedis(servers.redis.url, "publish", logger);
    const limit = (bytes: string) => redis.client.call("CONFIG", "SET", "maxmemory", bytes);
    try {
      await eventually(() => limit("1"));
      await sleep(6_000);
      await limit("0");
    } finally {
      await redis.close();
    }
  },
};

/** An alarm, which the broker raises when it is short of memory or disk: it takes no messages, and delivers. */
const alarm = (what: "memory" | "disk", raise: readonly string[], lift: readonly string[]): Fault => ({
  name: `RabbitMQ's ${what} alarm for 8 s`,
  ends: none,
  refusesNothing: true,
  unavailable: (cluster) => withoutRabbitmq(cluster) ?? (cluster.servers.broker.pid === undefined ? "RabbitMQ is no process of this machine" : undefined),
  tells: { check: "bus", parts: storingServiceNames },
  async inflict({ directory }) {
    const control = (args: readonly string[]) => promisify(execFile)(join(directory, "cluster/servers/rabbitmq/rabbitmqctl"), args);
    await control(raise);
    await sleep(8_000);
    await control(lift);
  },
});
const memoryAlarm = alarm("memory", ["set_vm_memory_high_watermark", "0"], ["set_vm_memory_high_watermark", "0.4"]);
const diskAlarm = alarm("disk", ["set_disk_free_limit", "1000000GB"], ["set_disk_free_limit", "100MB"]);

/** Two faults that begin at the same time. */
const both = (one: Fault, other: Fault): Fault => ({
  name: `${one.name}, and ${other.name}`,
  ends: (instance) => one.ends(instance) || other.ends(instance),
  unavailable: (cluster) => one.unavailable?.(cluster) ?? other.unavailable?.(cluster),
  async inflict(cluster) {
    await Promise.all([one.inflict(cluster), other.inflict(cluster)]);
  },
});

export const serverFaults = {
  fullDisk,
  frozenPostgres,
  lockedTables,
  noConnections,
  fullRedis,
  memoryAlarm,
  diskAlarm,
  brokerKilledRedisFrozen: both(faults.brokerKilled, faults.redisFrozen),
  postgresStoppedNotificationKilled: both(faults.postgresStopped, faults.notification1Killed),
  redisFullGatewayKilled: both(fullRedis, faults.gatewayKilled),
  postgresFrozenBrokerFrozen: both(frozenPostgres, faults.brokerFrozen),
  fullDiskMemoryAlarm: both(fullDisk, memoryAlarm),
} satisfies Record<string, Fault>;
