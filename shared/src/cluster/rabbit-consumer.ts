import { createHash } from "node:crypto";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { Consumer, Message, MessageHandler } from "../ports/bus.ts";
import type { Logger } from "../ports/logger.ts";
import { traceparentHeader } from "../ports/tracing.ts";
import { createBatches } from "./batches.ts";
import { type Channel, type ConsumeMessage, keepConnected, type Session } from "./rabbit-connection.ts";
import { failureOf } from "./rabbit-dead-letters.ts";
import { deadQueueOf, keepTopology, keyHeader } from "./rabbit-topology.ts";

export interface ConsumerOptions {
  url: string;
  queue: string;
  /** What the queue is bound to. */
  types: readonly string[];
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

/** How often the broker delivered it before, to consumers that did not live to say what became of it. */
const deliveriesBefore = ({ properties }: ConsumeMessage): number => properties.headers?.["x-delivery-count"] ?? 0;

/**
 * Consumes a queue on a connection of its own, one batch at a time: what has arrived, `prefetch` of it at most.
 *
 * A batch whose handler throws stays unacknowledged and is handed over again while the connection lives. Rejecting it
 * instead was tried: the broker delivers it again at once, and its limit is spent within a quarter of a second.
 */
export function startConsumer({
  url,
  queue,
  types,
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

  async function takeBatch(batch: readonly ConsumeMessage[], channel: Channel, lost: AbortSignal, ending: AbortSignal): Promise<void> {
    const deliveries = batch.map((delivery) => ({ message: messageOf(delivery), deliveriesBefore: deliveriesBefore(delivery) }));
    if (!(await batches.take(deliveries, ending))) return;
    const last = batch.at(-1);
    // On another channel its tag would mean another message.
    if (last && !lost.aborted) channel.ack(last, true);
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
      const waiting: ConsumeMessage[] = [];
      let working = false;
      let received = 0;
      let receivedBefore = 0;
      // What was delivered to once is the active consumer: messages that wait while it idles are held back from it.
      let stalled = false;
      const asking = await keepTopology(session, new Map([[queue, types]]), redeclareEveryMs, async (channel) => {
        const { messageCount } = await channel.checkQueue(queue);
        const idle = received > 0 && received === receivedBefore && !working && messageCount > 0;
        receivedBefore = received;
        if (idle && stalled) throw new Error("messages wait in the queue and are not delivered");
        stalled = idle;
      });
      await takeDeadLetters(session, asking);
      const channel = await session.channel();
      // The next batch arrives while one is handled.
      await channel.prefetch(2 * prefetch);
      const ending = AbortSignal.any([session.signal, closing.signal]);
      const work = async () => {
        working = true;
        try {
          while (waiting.length > 0 && !ending.aborted) {
            // The rest of what came with the first.
            if (batchDelayMs > 0 && waiting.length < prefetch) await sleep(batchDelayMs);
            else await nextTurn();
            await takeBatch(waiting.splice(0, prefetch), channel, session.signal, ending);
          }
        } finally {
          working = false;
        }
      };
      await channel.consume(queue, (delivery) => {
        if (delivery === null) {
          session.fail(new Error("the broker ended the consumer: its queue was deleted"));
          return;
        }
        received++;
        waiting.push(delivery);
        if (!working) inHand = work().catch(session.fail);
      });
      return channel;
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
