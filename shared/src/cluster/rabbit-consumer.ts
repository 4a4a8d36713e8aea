import { createHash } from "node:crypto";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { Consumer, Message, MessageHandler } from "../ports/bus.ts";
import type { Logger } from "../ports/logger.ts";
import { traceparentHeader } from "../ports/tracing.ts";
import { createBatches } from "./batches.ts";
import { type Channel, type ConsumeMessage, keepConnected, type Session } from "./rabbit-connection.ts";
import { failureOf } from "./rabbit-dead-letters.ts";
import { deadQueueOf, existingPartitions, instancesOf, keepTopology, keyHeader, type Topology, unbindOthers, waitingIn } from "./rabbit-topology.ts";

export interface ConsumerOptions {
  url: string;
  queue: string;
  /** Of this queue alone. */
  topology: Topology;
  prefetch: number;
  batchDelayMs: number;
  handler: MessageHandler;
  logger: Logger;
  redeclareEveryMs: number;
}

const headerOf = ({ headers }: ConsumeMessage["properties"], name: string): string | null => {
  const value: unknown = headers?.[name];
  return typeof value === "string" ? value : null;
};

/** What a delivery says; one from another publisher may lack everything but its body. */
function messageOf({ properties, fields, content }: ConsumeMessage): Message {
  const traceparent = headerOf(properties, traceparentHeader);
  return {
    id: properties.messageId ?? createHash("sha256").update(content).digest("hex"),
    type: properties.type ?? fields.routingKey,
    key: headerOf(properties, keyHeader),
    ...(traceparent && { traceparent }),
    body: content.toString(),
  };
}

const shareEveryMs = 1_000;

/** How often the broker delivered it before, to consumers that did not live to say what became of it. */
const deliveriesBefore = ({ properties }: ConsumeMessage): number => properties.headers?.["x-delivery-count"] ?? 0;

/** One of the queues that hold the service's messages. */
interface Partition {
  name: string;
  channel: Channel;
  /** Of which this is the active consumer once anything was. */
  received: number;
  receivedBefore: number;
  stalled: boolean;
}
interface Received {
  partition: Partition;
  delivery: ConsumeMessage;
}

/**
 * Consumes a queue on a connection of its own, one batch at a time: what has arrived, `prefetch` of it at most.
 *
 * Where the queue has partitions, a batch is of all that have something. Each instance is in the line for each of them, and the broker
 * delivers to the first in the line. One that is the first in more than its share goes to the end of the line in the others: while it is busy it
 * looks each second how many instances there are.
 *
 * A batch whose handler throws stays unacknowledged and is handed over again while the connection lives. Rejecting it
 * instead was tried: the broker delivers it again at once, and its limit is spent within a quarter of a second.
 */
export function startConsumer({
  url,
  queue,
  topology,
  prefetch,
  batchDelayMs,
  handler,
  logger,
  redeclareEveryMs,
}: ConsumerOptions): Consumer & { ready(): boolean } {
  const batches = createBatches(queue, handler, logger);
  const closing = new AbortController();
  let inHand: Promise<void> = Promise.resolve();
  let lettersInHand: Promise<void> = Promise.resolve();

  async function takeBatch(batch: readonly Received[], lost: AbortSignal, ending: AbortSignal): Promise<void> {
    const deliveries = batch.map(({ delivery }) => ({ message: messageOf(delivery), deliveriesBefore: deliveriesBefore(delivery) }));
    if (!(await batches.take(deliveries, ending))) return;
    const last = new Map(batch.map(({ partition, delivery }) => [partition.channel, delivery]));
    // On another channel its tag would mean another message.
    if (!lost.aborted) for (const [channel, delivery] of last) channel.ack(delivery, true);
  }

  /** Hands over what the broker dead-lettered, a message that killed its consumers, and what older versions did. */
  async function takeDeadLetters(session: Session, channel: Channel): Promise<void> {
    await channel.prefetch(1);
    const ending = AbortSignal.any([session.signal, closing.signal]);
    await channel.consume(deadQueueOf(queue), (delivery) => {
      if (delivery === null) {
        session.fail(new Error("the broker ended the consumer of dead letters: their queue was deleted"));
        return;
      }
      const { promise: taken, resolve } = Promise.withResolvers<void>();
      lettersInHand = taken;
      batches
        .untilItWorks("a dead letter could not be kept; tried again", ending, () => handler.deadLetter(messageOf(delivery), failureOf(delivery)))
        .then((kept) => {
          if (kept && !session.signal.aborted) channel.ack(delivery);
        })
        .catch(session.fail)
        .finally(resolve);
    });
  }

  const connection = keepConnected({
    url,
    name: queue,
    logger,
    // Until then another instance had better take over; and what comes again must not overtake what is in hand.
    before: () => inHand,
    async setUp(session: Session) {
      let waiting: Received[] = [];
      let working = false;
      const partitions: Partition[] = [];
      let sharedAt = performance.now();
      const surplus = new Set<Partition>();
      const ending = AbortSignal.any([session.signal, closing.signal]);

      function received(partition: Partition, delivery: ConsumeMessage | null): void {
        if (delivery === null) {
          session.fail(new Error("the broker ended the consumer: its queue was deleted"));
          return;
        }
        partition.received++;
        waiting.push({ partition, delivery });
        goOn();
      }
      /** Joins the line for a partition, at its end. */
      async function join(partition: Partition): Promise<void> {
        partition.channel = await session.channel();
        // The next batch arrives while one is handled, also where this partition is the only one that has something.
        await partition.channel.prefetch(2 * prefetch);
        await partition.channel.consume(partition.name, (delivery) => received(partition, delivery));
      }
      /** Between two batches: nothing of it is in hand, and the next in the line begins with what was not. */
      async function joinAgain(partition: Partition): Promise<void> {
        surplus.delete(partition);
        waiting = waiting.filter((other) => other.partition !== partition);
        await session.close(partition.channel);
        Object.assign(partition, { received: 0, receivedBefore: 0, stalled: false });
        await join(partition);
      }
      /** Gives up what is more than its share of the partitions. */
      async function share(): Promise<void> {
        sharedAt = performance.now();
        const most = Math.ceil(partitions.length / (await instancesOf(asking, queue)));
        for (const partition of partitions.filter(({ received }) => received > 0).slice(most)) surplus.add(partition);
      }
      async function work(): Promise<void> {
        working = true;
        try {
          while (waiting.length + surplus.size > 0 && !ending.aborted) {
            for (const partition of surplus) await joinAgain(partition);
            // The rest of what came with the first.
            if (batchDelayMs > 0 && waiting.length < prefetch) await sleep(batchDelayMs);
            else await nextTurn();
            if (waiting.length > 0) await takeBatch(waiting.splice(0, prefetch), session.signal, ending);
            if (partitions.length > 1 && performance.now() - sharedAt > shareEveryMs) share().catch(session.fail);
          }
        } finally {
          working = false;
        }
      }
      function goOn(): void {
        if (!working) inHand = work().catch(session.fail);
      }

      const existing = await existingPartitions(session, queue, topology.partitions);
      const asking = await keepTopology(session, topology, redeclareEveryMs, async (channel) => {
        await unbindOthers(channel, topology, existing);
        const counts = await waitingIn(channel, existing);
        for (const [index, partition] of partitions.entries()) {
          // Messages that wait while the active consumer idles are held back from it.
          const idle = partition.received > 0 && partition.received === partition.receivedBefore && !working && (counts[index] ?? 0) > 0;
          partition.receivedBefore = partition.received;
          if (idle && partition.stalled) throw new Error("messages wait in the queue and are not delivered");
          partition.stalled = idle;
        }
      });
      await unbindOthers(asking, topology, existing);
      await takeDeadLetters(session, asking);
      for (const name of existing) partitions.push({ name, channel: asking, received: 0, receivedBefore: 0, stalled: false });
      for (const partition of partitions) await join(partition);
    },
  });

  return {
    ready: () => connection.up,
    async close() {
      closing.abort();
      await inHand;
      await lettersInHand;
      // What waits here unacknowledged goes back to the head of the queue, in order.
      await connection.close();
    },
  };
}
