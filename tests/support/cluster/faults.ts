import { setTimeout as sleep } from "node:timers/promises";
import { queueOf } from "@newfeed/shared/contracts/events.ts";
import { type PartName, partNames } from "@newfeed/shared/contracts/services.ts";
import type { FailpointName } from "@newfeed/shared/ports/failpoint.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { type Channel, connect } from "amqplib";
import type { ServerRole } from "../../../scripts/cluster/cluster.ts";
import { childrenOf, isAlive } from "../processes.ts";
import { putGarbage } from "./garbage.ts";
import type { TestCluster } from "./start.ts";

/** A fault, which is over when `inflict` resolves. */
export interface Fault {
  name: string;
  /** Every write still succeeds. */
  refusesNothing?: true;
  /** Whether it ends this process; all others must keep running. */
  ends(instance: string): boolean;
  /** What health must say meanwhile: this check of these parts does not pass. */
  tells?: { check: "database" | "bus" | "cache"; parts: readonly PartName[] };
  /** Why it cannot be inflicted here. */
  unavailable?(cluster: TestCluster): string | undefined;
  inflict(cluster: TestCluster): Promise<void>;
}

const none = () => false;

/** `npm run test:faults` has long faults. These are longer than it takes to notice that a server does not answer (shared/src/cluster/redis.ts: four seconds). */
const [outageMs, garbageMs] = process.env.FAULTS === undefined ? [5_000, 2_000] : [10_000, 5_000];

const pidOf = (cluster: TestCluster, instance: string) => cluster.rows().find((row) => row.instance === instance)?.pid ?? null;

/** Resolves when another process with that name is ready. */
async function isBack(cluster: TestCluster, instance: string, before: number | null): Promise<void> {
  await eventually(async () => {
    const row = cluster.rows().find((item) => item.instance === instance);
    if (!row?.pid || row.pid === before) throw new Error(`${instance} has not restarted`);
    const { ok } = await fetch(`http://127.0.0.1:${row.port}/health/ready`);
    if (!ok) throw new Error(`${instance} is not ready`);
  }, 60_000);
}

/** Freezes a process: alive, connected, but unresponsive. */
async function frozen(signal: (signal: NodeJS.Signals) => void, milliseconds: number): Promise<void> {
  signal("SIGSTOP");
  await sleep(milliseconds);
  signal("SIGCONT");
}

const killInstance = (instance: string): Fault => ({
  name: `${instance} killed`,
  ends: (other) => other === instance,
  async inflict(cluster) {
    const before = pidOf(cluster, instance);
    cluster.signal(instance, "SIGKILL");
    await isBack(cluster, instance, before);
  },
});

/** The workers of a killed nginx would keep its port and its clients. */
const nginxKilled: Fault = {
  name: "nginx's master killed",
  ends: (other) => other === "nginx",
  async inflict(cluster) {
    const before = pidOf(cluster, "nginx");
    const workers = childrenOf(before);
    cluster.signal("nginx", "SIGKILL");
    await isBack(cluster, "nginx", before);
    await eventually(() => {
      if (workers.some(isAlive)) throw new Error("workers of the killed nginx are left");
    });
  },
};

const endInstance = (instance: string): Fault => ({
  name: `kill -TERM to ${instance}`,
  ends: (other) => other === instance,
  async inflict(cluster) {
    const before = pidOf(cluster, instance);
    cluster.signal(instance, "SIGTERM");
    await isBack(cluster, instance, before);
  },
});

/** Stops a server for a while, without its automatic restart. */
const serverDown = (name: ServerRole, signal: NodeJS.Signals, milliseconds: number, what: string, wiped = false): Fault => ({
  name: what,
  ends: (other) => other === name || (name === "broker" && (other === "rabbitmq" || other === "kafka")),
  async inflict(cluster) {
    const server = cluster.servers[name];
    await cluster.hold(name, async () => {
      await server.stop(signal);
      if (wiped) await server.wipe();
      await sleep(milliseconds);
    });
  },
});

/** Kills the instance of a service that reaches the failpoint first. */
const killedAt = (name: string, failpoint: FailpointName): Fault => ({
  name: `${name} killed at ${failpoint}`,
  ends: (other) => other.startsWith(`${name}-`),
  async inflict(cluster) {
    const before = new Map(cluster.rows().map((row) => [row.instance, row.pid]));
    const instances = cluster.rows().filter((row) => row.name === name);
    const disarm = instances.map(({ instance }) => cluster.arm(instance, failpoint));
    const died = await eventually(() => {
      const row = cluster.rows().find((item) => item.name === name && item.pid !== before.get(item.instance));
      if (!row) throw new Error(`no instance reached ${failpoint}`);
      return row.instance;
    }, 30_000);
    for (const undo of disarm) undo();
    await isBack(cluster, died, before.get(died) ?? null);
  },
});

/** Why what only RabbitMQ has cannot be done. */
export const withoutRabbitmq = ({ servers }: TestCluster): string | undefined => (isKafka(servers.broker) ? "the broker is Kafka" : undefined);
const isKafka = ({ url }: { url: string }) => url.startsWith("kafka:");

/** Removes something on the broker, as an operator's mistake would. */
const brokerLoses = (what: string, lose: (channel: Channel) => Promise<unknown>): Fault => ({
  name: what,
  ends: none,
  unavailable: withoutRabbitmq,
  async inflict(cluster) {
    const connection = await connect(cluster.servers.broker.url);
    await lose(await connection.createChannel());
    await connection.close();
    // Until it is declared again and the reconciliation has fetched lost events.
    await sleep(12_000);
  },
});

const queue = queueOf("notification-service");

export const faults = {
  brokerKilled: serverDown("broker", "SIGKILL", outageMs, "the broker killed for a while"),
  brokerFrozen: {
    name: "the broker frozen for 15 s",
    ends: none,
    inflict: (cluster: TestCluster) => frozen((signal) => cluster.servers.broker.signal(signal), 15_000),
  },
  brokerWiped: serverDown("broker", "SIGKILL", 1_000, "the broker restarted with an empty data folder", true),
  queueDeleted: brokerLoses("the first of its queues deleted", (channel) => channel.deleteQueue(queue)),
  partitionDeleted: brokerLoses("the third of its queues deleted", (channel) => channel.deleteQueue(`${queue}.2`)),
  bindingDeleted: brokerLoses("the binding of a type deleted", (channel) => channel.unbindExchange(queue, "newfeed.events", "comment.created")),
  partitionUnbound: brokerLoses("the binding of a queue deleted", (channel) => channel.unbindQueue(`${queue}.1`, queue, "1")),
  exchangeDeleted: brokerLoses("the exchange of a service deleted", (channel) => channel.deleteExchange(queue)),
  redisKilled: serverDown("redis", "SIGKILL", outageMs, "Redis killed for a while"),
  redisFrozen: {
    name: "Redis frozen for a while",
    ends: none,
    inflict: (cluster: TestCluster) => frozen((signal) => cluster.servers.redis.signal(signal), outageMs),
  },
  garbageOnRedis: {
    name: "garbage on the channels of Redis for seconds",
    ends: none,
    refusesNothing: true,
    inflict: (cluster: TestCluster) => putGarbage(cluster, garbageMs),
  },
  postgresStopped: serverDown("postgres", "SIGQUIT", 2_000, "PostgreSQL stopped immediately, then started"),
  nginxKilled,
  notification1Killed: killInstance("notification-service-1"),
  notification2Killed: killInstance("notification-service-2"),
  notification3Killed: killInstance("notification-service-3"),
  gatewayKilled: killInstance("api-gateway-1"),
  gatewayEnded: endInstance("api-gateway-1"),
  authEnded: endInstance("auth-service-1"),
  userEnded: endInstance("user-service-1"),
  postEnded: endInstance("post-service-1"),
  commentEnded: endInstance("comment-service-1"),
  mediaEnded: endInstance("media-service-1"),
  notificationEnded: endInstance("notification-service-1"),
  commentKilledBeforePublish: killedAt("comment-service", "relay.before_publish"),
  commentKilledBeforeMark: killedAt("comment-service", "relay.before_mark"),
  consumerKilledAfterCommit: killedAt("notification-service", "consumer.after_commit"),
  consumersFrozen: {
    name: "all consumers frozen for 15 s",
    ends: none,
    inflict: async (cluster: TestCluster) => {
      const instances = cluster.rows().filter((row) => row.name === "notification-service");
      await Promise.all(instances.map(({ instance }) => frozen((signal) => cluster.signal(instance, signal), 15_000)));
    },
  },
  // Longer than its session with Kafka lasts: others get its partitions in the middle of what it has in hand.
  consumerFrozen: {
    name: "one of several consumers frozen for 15 s",
    ends: none,
    inflict: (cluster: TestCluster) => frozen((signal) => cluster.signal("notification-service-2", signal), 15_000),
  },
  rollingRestart: {
    name: "a rolling restart of everything",
    ends: (other) => /-\d+$/.test(other),
    refusesNothing: true,
    inflict: async (cluster: TestCluster) => {
      for (const part of partNames) await cluster.restart(part);
    },
  },
} satisfies Record<string, Fault>;
