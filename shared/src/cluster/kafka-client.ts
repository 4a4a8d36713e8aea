import { Admin, Consumer, ProduceAcks, Producer, stringDeserializers, stringSerializers } from "@platformatic/kafka";

export interface KafkaOptions {
  /** `host:port` of some brokers; the others are asked for. */
  brokers: readonly string[];
  /** How many partitions a topic has that is not there yet. */
  partitions: number;
}

/** A record as it arrives. */
export interface Received {
  topic: string;
  partition: number;
  offset: bigint;
  leaderEpoch: number;
  key: string | undefined;
  value: string | undefined;
  headers: ReadonlyMap<string, string>;
  timestamp: bigint;
}
export interface Sent {
  topic: string;
  key?: string;
  partition?: number;
  value: string;
  headers: Record<string, string>;
}
/** What a group has handled: everything before an offset. */
export type Position = Pick<Received, "topic" | "partition" | "offset" | "leaderEpoch">;

export const placeOf = (topic: string, partition: number) => `${topic} ${partition}`;

/** How long a request, and a connection, may take. */
const timeoutMs = 5_000;
/** Without a heartbeat for so long, a consumer's partitions go to others. */
const sessionMs = 10_000;
const heartbeatMs = 1_000;
/** `default.replication.factor` (KIP-464). */
const asBrokersSay = -1;
/** How long the broker holds a fetch that has nothing to give. */
const fetchWaitMs = 200;

const common = (brokers: readonly string[], clientId: string) => ({
  clientId,
  bootstrapBrokers: [...brokers],
  connectTimeout: timeoutMs,
  requestTimeout: timeoutMs,
  timeout: timeoutMs,
  retries: 2,
  retryDelay: 200,
});

/** An error of the client holds those of all tries: what it is about, in a line. */
export function inShort(error: unknown): Error {
  const { code, message, errors } = error as { code?: unknown; message?: unknown; errors?: unknown[] };
  const cause = Array.isArray(errors) ? errors.map((each) => inShort(each).message).at(-1) : undefined;
  return new Error([code, message, cause].filter((part) => typeof part === "string" && part !== "").join(": "));
}

/** What fails says so where it was asked. What fails besides, as a group that cannot be joined again, would end the process if nobody listened. */
function listenedTo<C extends { on(event: "error", listener: (error: Error) => void): unknown }>(client: C, failed: (error: Error) => void = () => {}): C {
  client.on("error", failed);
  return client;
}

/** Sends records so that each is kept once, in the order in which its topic's partition got them. */
export function openProducer(brokers: readonly string[]) {
  const producer = listenedTo(
    new Producer<string, string, string, string>({
      ...common(brokers, "newfeed-publisher"),
      serializers: stringSerializers,
      idempotent: true,
      acks: ProduceAcks.ALL,
    }),
  );
  return {
    /** Resolves once all in-sync replicas have them. */
    send: (messages: Sent[]) => producer.send({ messages }),
    close: () => producer.close(true),
  };
}

/** Asks and arranges. */
export function openAdmin(brokers: readonly string[]) {
  const admin = listenedTo(new Admin(common(brokers, "newfeed-admin")));
  return {
    /** Makes the topics that are not there. Another may do the same. */
    async ensureTopics(names: readonly string[], partitions: number, keptMs: number): Promise<void> {
      const there = new Set(await admin.listTopics());
      const missing = names.filter((name) => !there.has(name));
      if (missing.length === 0) return;
      const configs = [{ name: "retention.ms", value: String(keptMs) }];
      await admin.createTopics({ topics: [...missing], partitions, replicas: asBrokersSay, configs }).catch(async (error: unknown) => {
        const now = new Set(await admin.listTopics());
        if (missing.some((name) => !now.has(name))) throw error;
      });
    },
    /** The numbers that a group keeps, by topic and partition. */
    async numbersOf(groupId: string): Promise<Map<string, bigint>> {
      const groups = await admin.listConsumerGroupOffsets({ groups: [groupId] });
      const kept = groups.flatMap(({ topics }) =>
        topics.flatMap(({ name, partitions }) =>
          partitions.map(({ partitionIndex, committedOffset }) => [placeOf(name, partitionIndex), committedOffset] as const),
        ),
      );
      return new Map(kept);
    },
    /** Has a group that nobody joins keep numbers. */
    async keepNumbers(groupId: string, numbers: readonly Pick<Position, "topic" | "partition" | "offset">[]): Promise<void> {
      const topics = [...Map.groupBy(numbers, ({ topic }) => topic)].map(([name, partitionOffsets]) => ({ name, partitionOffsets }));
      await admin.alterConsumerGroupOffsets({ groupId, topics });
    },
    async partitionsOf(topics: readonly string[]): Promise<Map<string, number>> {
      const { topics: found } = await admin.metadata({ topics: [...topics], forceUpdate: true });
      return new Map([...found].map(([name, { partitionsCount }]) => [name, partitionsCount]));
    },
    close: () => admin.close(),
  };
}

export interface Member {
  /** Another member of this name takes the place of this one at once: it need not wait for the end of this one's session. */
  name: string;
  /** It is no member any more. */
  failed(error: Error): void;
}

/** What reads as a member of a group, or asks about it. */
export function openConsumer(brokers: readonly string[], groupId: string, member?: Member) {
  const consumer = listenedTo(
    new Consumer<string, string, string, string>({
      ...common(brokers, groupId),
      groupId,
      ...(member && { groupInstanceId: member.name }),
      deserializers: stringDeserializers,
      autocommit: false,
    }),
    member?.failed,
  );
  return {
    /** Joins the group, and gives what comes from its position on; from the beginning where it has none. */
    stream: (topics: readonly string[], highWaterMark: number) =>
      consumer.consume({
        topics: [...topics],
        mode: "committed",
        fallbackMode: "earliest",
        autocommit: false,
        sessionTimeout: sessionMs,
        heartbeatInterval: heartbeatMs,
        maxWaitTime: fetchWaitMs,
        highWaterMark,
      }),
    commit: (offsets: Position[]) => consumer.commit({ offsets }),
    /** How many records of each topic the group has not handled. */
    async waiting(partitions: ReadonlyMap<string, number>): Promise<number> {
      const topics = [...partitions.keys()];
      const all = topics.map((topic) => ({ topic, partitions: Array.from({ length: partitions.get(topic) ?? 0 }, (_, index) => index) }));
      const [ends, beginnings, handled] = await Promise.all([
        consumer.listOffsets({ topics, timestamp: -1n }),
        consumer.listOffsets({ topics, timestamp: -2n }),
        consumer.listCommittedOffsets({ topics: all }),
      ]);
      let count = 0n;
      for (const topic of topics) {
        for (const [partition, end] of (ends.get(topic) ?? []).entries()) {
          const [first, position] = [beginnings.get(topic)?.[partition] ?? 0n, handled.get(topic)?.[partition] ?? -1n];
          count += end - (position > first ? position : first);
        }
      }
      return Number(count);
    },
    close: () => consumer.close(true),
  };
}
export type KafkaAdmin = ReturnType<typeof openAdmin>;
export type KafkaConsumer = ReturnType<typeof openConsumer>;
export type Records = Awaited<ReturnType<KafkaConsumer["stream"]>>;
