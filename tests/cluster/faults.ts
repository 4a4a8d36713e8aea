import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import type { TestCluster } from "./start.ts";

/** One thing that goes wrong, and is over when it resolves. */
export interface Fault {
  name: string;
  inflict(cluster: TestCluster): Promise<void>;
}

const pidOf = (cluster: TestCluster, instance: string) => cluster.rows().find((row) => row.instance === instance)?.pid ?? null;

/** The process table shows another process under that name, and it answers. */
async function isBack(cluster: TestCluster, instance: string, before: number | null): Promise<void> {
  await eventually(async () => {
    const row = cluster.rows().find((item) => item.instance === instance);
    if (!row?.pid || row.pid === before) throw new Error(`${instance} is not back`);
    const { ok } = await fetch(`http://127.0.0.1:${row.port}/health/ready`);
    if (!ok) throw new Error(`${instance} is not ready`);
  }, 60_000);
}

/** Frozen by the kernel: alive, connected, and silent. */
async function frozen(signal: (signal: NodeJS.Signals) => void, milliseconds: number): Promise<void> {
  signal("SIGSTOP");
  await sleep(milliseconds);
  signal("SIGCONT");
}

const killInstance = (instance: string): Fault => ({
  name: `${instance} killed`,
  async inflict(cluster) {
    const before = pidOf(cluster, instance);
    cluster.signal(instance, "SIGKILL");
    await isBack(cluster, instance, before);
  },
});

const restartInstance = (instance: string): Fault => ({
  name: `${instance} restarted`,
  async inflict(cluster) {
    const before = pidOf(cluster, instance);
    cluster.signal(instance, "SIGTERM");
    await isBack(cluster, instance, before);
  },
});

const freezeInstance = (instance: string, milliseconds: number): Fault => ({
  name: `${instance} frozen for ${milliseconds / 1000} s`,
  inflict: (cluster) => frozen((signal) => cluster.signal(instance, signal), milliseconds),
});

/** Stopped for a while: whoever looks after it would start it at once, so it is held back by being stopped again. */
const serverDown = (name: "rabbitmq" | "redis" | "postgres", signal: NodeJS.Signals, milliseconds: number, what: string, wiped = false): Fault => ({
  name: what,
  async inflict(cluster) {
    const server = cluster.servers[name];
    await cluster.hold(name, async () => {
      await server.stop(signal);
      if (wiped) await server.wipe();
      await sleep(milliseconds);
    });
  },
});

export const faults = {
  rabbitmqKilled: serverDown("rabbitmq", "SIGKILL", 10_000, "RabbitMQ killed for 10 s"),
  rabbitmqFrozen: { name: "RabbitMQ frozen for 15 s", inflict: (cluster: TestCluster) => frozen((signal) => cluster.servers.rabbitmq.signal(signal), 15_000) },
  rabbitmqWiped: serverDown("rabbitmq", "SIGKILL", 1_000, "RabbitMQ restarted with an empty data folder", true),
  redisKilled: serverDown("redis", "SIGKILL", 10_000, "Redis killed for 10 s"),
  redisFrozen: { name: "Redis frozen for 10 s", inflict: (cluster: TestCluster) => frozen((signal) => cluster.servers.redis.signal(signal), 10_000) },
  postgresStopped: serverDown("postgres", "SIGQUIT", 2_000, "PostgreSQL stopped at once, and started"),
  notification1Killed: killInstance("notification-service-1"),
  notification2Killed: killInstance("notification-service-2"),
  notification3Killed: killInstance("notification-service-3"),
  commentKilled: killInstance("comment-service-1"),
  notificationFrozen: freezeInstance("notification-service-1", 15_000),
  commentRestarted: restartInstance("comment-service-2"),
  notificationRestarted: restartInstance("notification-service-2"),
} satisfies Record<string, Fault>;
