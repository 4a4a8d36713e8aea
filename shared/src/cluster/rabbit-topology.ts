import { type Bindings, deliveryLimit } from "../ports/bus.ts";
import { type Channel, inTime, type Session } from "./rabbit-connection.ts";

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

export interface Topology {
  /** Queues by service, and what reaches them. */
  bindings: Bindings;
  /** How many queues hold the messages of each. One needs no plugin. */
  partitions: number;
}

/** Its queues: `<service>.events`, and where messages are distributed by their keys also `<service>.events.1` and so on. */
export const partitionsOf = (queue: string, count: number) => Array.from({ length: count }, (_, index) => (index === 0 ? queue : `${queue}.${index}`));

/** What a service's queues are bound to: an exchange of the same name, which takes one of them by the message's key; or the one queue itself. */
const hashArguments = { durable: true, arguments: { "hash-header": keyHeader } };
const weight = "1";

/** What reaches one service, and in how many queues. */
interface Bound {
  queue: string;
  types: readonly string[];
  partitions: number;
}
const eachOf = ({ bindings, partitions }: Topology): Bound[] => [...bindings].map(([queue, types]) => ({ queue, types, partitions }));

/** Every binding that is there already stays as it is. Fails when a queue is not there. */
async function bind(channel: Channel, { queue, types, partitions }: Bound): Promise<void> {
  await channel.assertExchange(exchange, "topic", { durable: true });
  if (partitions === 1) {
    await Promise.all(types.map((type) => channel.bindQueue(queue, exchange, type)));
    return;
  }
  await channel.assertExchange(queue, "x-consistent-hash", hashArguments);
  await Promise.all(partitionsOf(queue, partitions).map((partition) => channel.bindQueue(partition, queue, weight)));
  await Promise.all(types.map((type) => channel.bindExchange(queue, exchange, type)));
}

/** The exchange, every queue with its dead letters, and the bindings. */
async function declare(channel: Channel, topology: Topology): Promise<void> {
  for (const queue of topology.bindings.keys()) {
    await channel.assertQueue(deadQueueOf(queue), { durable: true, arguments: deadQueueArguments });
    for (const partition of partitionsOf(queue, topology.partitions)) await channel.assertQueue(partition, { durable: true, arguments: queueArguments(queue) });
  }
  for (const bound of eachOf(topology)) await bind(channel, bound);
}

/**
 * The queues that hold messages of a service: those that it has now, and those that are left of a time when it had more, which have to be
 * emptied.
 */
export async function existingPartitions(session: Session, queue: string, partitions: number): Promise<string[]> {
  let count = partitions;
  while (await session.exists(partitionsOf(queue, count + 1).at(-1) ?? queue)) count++;
  return partitionsOf(queue, count);
}

/**
 * Undoes what another number of partitions has bound, once its successors are: what is published meanwhile comes twice rather than never. Processes
 * that have the other number, or an older version, do the same the other way round; so this is repeated, and binds each of its own again behind the
 * other. What falls into such a gap is fetched from its producer.
 */
export async function unbindOthers(channel: Channel, { bindings, partitions }: Topology, existing: readonly string[]): Promise<void> {
  for (const [queue, types] of bindings) {
    // A channel asks one after the other: between the two of a type is one answer of the broker.
    if (partitions > 1) {
      await Promise.all(existing.slice(partitions).map((partition) => channel.unbindQueue(partition, queue, weight)));
      await Promise.all(types.flatMap((type) => [channel.unbindQueue(queue, exchange, type), channel.bindExchange(queue, exchange, type)]));
    } else if (existing.length > 1)
      await Promise.all(types.flatMap((type) => [channel.unbindExchange(queue, exchange, type), channel.bindQueue(queue, exchange, type)]));
  }
}

/** How many messages wait in each of these queues. */
export async function waitingIn(channel: Channel, queues: readonly string[]): Promise<number[]> {
  return (await Promise.all(queues.map((queue) => channel.checkQueue(queue)))).map(({ messageCount }) => messageCount);
}

/** How many instances of a service consume. In the line for a queue with one active consumer only that one is counted, but all take dead letters over. */
export async function instancesOf(channel: Channel, queue: string): Promise<number> {
  const { consumerCount } = await channel.checkQueue(deadQueueOf(queue));
  return Math.max(1, consumerCount);
}

const answerWithinMs = 10_000;
const answered = <T>(work: Promise<T>) => inTime(answerWithinMs, work, "RabbitMQ did not answer");

/** Binds again what reaches one service after the other. All of it at once, by each process, kept an idle broker busy. */
function bindInTurn(topology: Topology): (channel: Channel) => Promise<void> {
  const all = eachOf(topology);
  // Processes that start together begin at different ones.
  let turn = Math.floor(Math.random() * all.length);
  return async (channel) => {
    const next = all[turn++ % all.length];
    if (next) await bind(channel, next);
  };
}

/**
 * Declares everything, and binds the next service's queues again every `everyMs`: a deleted binding is back soon, and a
 * broker that hangs is found out sooner than by its heartbeat. A queue that is gone ends the session, so that the next one declares it, after a
 * pause: a queue that is back within some 50 ms was tried on 3.10, and its consumers are neither cancelled nor delivered
 * to any more.
 *
 * Gives the channel, for more such questions: `also` asks them each time.
 */
export async function keepTopology(session: Session, topology: Topology, everyMs: number, also = async (_: Channel): Promise<void> => {}): Promise<Channel> {
  const channel = await session.channel();
  await answered(declare(channel, topology));
  const bindNext = bindInTurn(topology);
  let asking = false;
  const timer = setInterval(() => {
    // A blocked connection is not read from at all; there is nothing to publish to meanwhile.
    if (asking || session.blocked() !== null) return;
    asking = true;
    answered(bindNext(channel).then(() => also(channel)))
      .catch(session.fail)
      .finally(() => {
        asking = false;
      });
  }, everyMs);
  session.signal.addEventListener("abort", () => clearInterval(timer));
  return channel;
}
