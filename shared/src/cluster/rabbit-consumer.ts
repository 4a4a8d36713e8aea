import { createHash } from "node:crypto";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { Consumer, Message, MessageHandler } from "../ports/bus.ts";
import type { Logger } from "../ports/logger.ts";
import { traceparentHeader } from "../ports/tracing.ts";
import { createBatches } from "./batches.ts";
import { type Channel, type ConsumeMessage, keepConnected, type Session } from "./rabbit-connection.ts";
import { failureOf } from "./rabbit-dead-letters.ts";
import { createLine, type Line } from "./rabbit-line.ts";
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

/** How often the broker delivered it before, to consumers that did not say what became of it: they ended, or gave the queue up. */
const deliveriesBefore = ({ properties }: ConsumeMessage): number => properties.headers?.["x-delivery-count"] ?? 0;

interface Received {
  line: Line;
  channel: Channel;
  delivery: ConsumeMessage;
}

/**
 * Consumes a queue on a connection of its own, one batch at a time: what has arrived, `prefetch` of it at most.
 *
 * Where a service has several queues, a batch is of all that have something. Each instance is in the line for each of them. One that is the first in
 * more than its share goes to the end of the line in the others: while it is busy it looks each second how many instances there are.
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
    const last = new Map(batch.map(({ channel, delivery }) => [channel, delivery]));
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
      let sharedAt = performance.now();
      const surplus = new Set<Line>();
      const ending = AbortSignal.any([session.signal, closing.signal]);

      function take(line: Line, channel: Channel, delivery: ConsumeMessage | null): void {
        if (delivery === null) {
          session.fail(new Error("the broker ended the consumer: its queue was deleted"));
          return;
        }
        waiting.push({ line, channel, delivery });
        goOn();
      }
      /** Gives up what is more than its share of the queues. */
      async function share(): Promise<void> {
        sharedAt = performance.now();
        const most = Math.ceil(lines.length / (await instancesOf(asking, queue)));
        const first = lines.filter(({ isFirst }) => isFirst);
        const offered = first.filter(({ mayBeOffered }) => mayBeOffered);
        for (const line of offered.slice(0, Math.max(0, first.length - most))) surplus.add(line);
      }
      /** Between two batches: nothing is in hand, and the next in the line begins with what was not. */
      async function leaveSurplus(): Promise<void> {
        for (const line of surplus) {
          if (ending.aborted) return;
          surplus.delete(line);
          waiting = waiting.filter((other) => other.line !== line);
          await line.joinAgain(session);
        }
      }
      async function work(): Promise<void> {
        working = true;
        try {
          while (waiting.length + surplus.size > 0 && !ending.aborted) {
            await leaveSurplus();
            // The rest of what came with the first.
            if (batchDelayMs > 0 && waiting.length < prefetch) await sleep(batchDelayMs);
            else await nextTurn();
            if (waiting.length > 0) await takeBatch(waiting.splice(0, prefetch), session.signal, ending);
            if (lines.length > 1 && performance.now() - sharedAt > shareEveryMs) share().catch(session.fail);
          }
        } finally {
          working = false;
        }
      }
      function goOn(): void {
        if (!working) inHand = work().catch(session.fail);
      }

      const queues = await existingPartitions(session, queue, topology.partitions);
      // The next batch arrives while one is handled, also where one queue is the only one that has something.
      const lines = queues.map((name) => createLine(name, 2 * prefetch, take));
      const asking = await keepTopology(session, topology, redeclareEveryMs, async (channel) => {
        await unbindOthers(channel, topology, queues);
        const counts = await waitingIn(channel, queues);
        if (lines.some((line, index) => line.isHeldBack(counts[index] ?? 0, working))) throw new Error("messages wait in the queue and are not delivered");
      });
      await unbindOthers(asking, topology, queues);
      await takeDeadLetters(session, asking);
      for (const line of lines) await line.join(session);
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
