import { type Bindings, deliveryLimit } from "../ports/bus.ts";
import { type Channel, type Session, within } from "./rabbit-connection.ts";

export const exchange = "newfeed.events";

/** The header that holds a message's key: an exchange of type x-consistent-hash can be told to distribute by it. */
export const keyHeader = "key";

/** Where the broker puts what it gives up, until the consumer of the queue takes it over: `<service>.events` → `<service>.dead`. */
export const deadQueueOf = (queue: string) => `${queue.replace(/\.events$/, "")}.dead`;

/** Dead letters hold personal data. */
const deadLettersLastMs = 30 * 24 * 60 * 60_000;

const deadQueueArguments = {
  "x-queue-type": "quorum",
  "x-message-ttl": deadLettersLastMs,
  // RabbitMQ 4 has a limit of 20 where none is set.
  "x-delivery-limit": 1_000_000,
};

export const queueArguments = (queue: string) => ({
  "x-queue-type": "quorum",
  "x-single-active-consumer": true,
  // Only for a message that kills its consumer: everything else is counted by the consumer itself.
  "x-delivery-limit": deliveryLimit,
  "x-dead-letter-exchange": "",
  "x-dead-letter-routing-key": deadQueueOf(queue),
  "x-dead-letter-strategy": "at-least-once",
  // What that strategy asks for; without a maximum length it refuses nothing.
  "x-overflow": "reject-publish",
});

/** Every binding that is there already stays as it is. Fails when the queue is not there. */
async function bind(channel: Channel, bindings: Bindings): Promise<void> {
  await channel.assertExchange(exchange, "topic", { durable: true });
  for (const [queue, types] of bindings) await Promise.all(types.map((type) => channel.bindQueue(queue, exchange, type)));
}

/** The exchange, every queue with its dead letters, and the bindings. */
async function declare(channel: Channel, bindings: Bindings): Promise<void> {
  for (const queue of bindings.keys()) {
    await channel.assertQueue(deadQueueOf(queue), { durable: true, arguments: deadQueueArguments });
    await channel.assertQueue(queue, { durable: true, arguments: queueArguments(queue) });
  }
  await bind(channel, bindings);
}

const answerWithinMs = 10_000;
const inTime = <T>(work: Promise<T>) => within(answerWithinMs, work, "RabbitMQ did not answer");

/**
 * Declares everything, and binds again every `everyMs`: a deleted binding is back soon, and a broker that hangs is found
 * out sooner than by its heartbeat. A queue that is gone ends the session, so that the next one declares it, after a
 * pause: a queue that is back within some 50 ms was tried on 3.10, and its consumers are neither cancelled nor delivered
 * to any more.
 *
 * Gives the channel, for more such questions: `also` asks them each time.
 */
export async function keepTopology(session: Session, bindings: Bindings, everyMs: number, also = async (_: Channel): Promise<void> => {}): Promise<Channel> {
  const channel = await session.channel();
  await inTime(declare(channel, bindings));
  let asking = false;
  const timer = setInterval(() => {
    // A blocked connection is not read from at all; there is nothing to publish to meanwhile.
    if (asking || session.blocked() !== null) return;
    asking = true;
    inTime(bind(channel, bindings).then(() => also(channel)))
      .catch(session.fail)
      .finally(() => {
        asking = false;
      });
  }, everyMs);
  session.signal.addEventListener("abort", () => clearInterval(timer));
  return channel;
}
