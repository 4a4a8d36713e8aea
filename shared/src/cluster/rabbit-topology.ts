import { type Bindings, deliveryLimit } from "../ports/bus.ts";
import { type Channel, type Session, within } from "./rabbit-connection.ts";

export const exchange = "newfeed.events";

/** Where a queue's dead letters go: `<service>.events` → `<service>.dead`. */
export const deadQueueOf = (queue: string) => `${queue.replace(/\.events$/, "")}.dead`;

/** Dead letters hold personal data. */
const deadLettersLastMs = 30 * 24 * 60 * 60_000;

/**
 * Declares the exchange, every queue with its dead letters, and the bindings: nothing happens to what is there already.
 * Every instance declares all of it, so that events wait for services that never ran yet.
 */
async function declareTopology(channel: Channel, bindings: Bindings): Promise<void> {
  await channel.assertExchange(exchange, "topic", { durable: true });
  for (const [queue, types] of bindings) {
    const dead = deadQueueOf(queue);
    await channel.assertQueue(dead, {
      durable: true,
      arguments: {
        "x-queue-type": "quorum",
        "x-message-ttl": deadLettersLastMs,
        // Each look at a dead letter is a delivery, and RabbitMQ 4 has a limit of 20 where none is set.
        "x-delivery-limit": 1_000_000,
      },
    });
    await channel.assertQueue(queue, {
      durable: true,
      arguments: {
        "x-queue-type": "quorum",
        "x-single-active-consumer": true,
        // Only for a message that kills its consumer: everything else is counted by the consumer itself.
        "x-delivery-limit": deliveryLimit,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": dead,
        "x-dead-letter-strategy": "at-least-once",
        // What that strategy asks for; without a maximum length it refuses nothing.
        "x-overflow": "reject-publish",
      },
    });
    await Promise.all(types.map((type) => channel.bindQueue(queue, exchange, type)));
  }
}

const answerWithinMs = 10_000;
const pingWithinMs = 2_000;

export interface Topology {
  /** Declares everything once more. */
  declare(): Promise<void>;
  /** One question, and the broker's answer. */
  ping(): Promise<unknown>;
}

/**
 * Declares everything now, and again every `everyMs`: what somebody deleted is back soon, and a broker that hangs is
 * found out sooner than by its heartbeat.
 */
export async function keepTopology(session: Session, bindings: Bindings, everyMs: number): Promise<Topology> {
  const channel = await session.channel();
  const declare = () => within(answerWithinMs, declareTopology(channel, bindings), "RabbitMQ did not answer");
  await declare();
  let declaring = false;
  const timer = setInterval(() => {
    // A blocked connection is not read from at all; there is nothing to publish to meanwhile.
    if (declaring || session.blocked() !== null) return;
    declaring = true;
    declare()
      .catch(session.fail)
      .finally(() => {
        declaring = false;
      });
  }, everyMs);
  session.signal.addEventListener("abort", () => clearInterval(timer));
  return { declare, ping: () => within(pingWithinMs, channel.checkExchange(exchange), "RabbitMQ did not answer") };
}
