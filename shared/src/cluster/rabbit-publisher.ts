import type { Bus } from "../ports/bus.ts";
import type { Logger } from "../ports/logger.ts";
import { traceparentHeader } from "../ports/tracing.ts";
import { inTime, keepConnected } from "./rabbit-connection.ts";
import { exchange, keepTopology, keyHeader, partitionsOf, type Topology, waitingIn } from "./rabbit-topology.ts";

export interface Publisher extends Pick<Bus, "publish" | "waiting" | "check"> {
  close(): Promise<void>;
}

export interface PublisherOptions {
  url: string;
  topology: Topology;
  logger: Logger;
  redeclareEveryMs: number;
  confirmWithinMs: number;
}

/** For a connection that is just being built. */
const connectedWithinMs = 2_000;
const answerWithinMs = 2_000;
/** No queue is bound to it. */
const healthKey = "newfeed.health";

/**
 * Publishes on a connection of its own: an alarm of the broker blocks those that publish, and no others. Each publishing
 * ends within bounded time.
 */
export function startPublisher({ url, topology, logger, redeclareEveryMs, confirmWithinMs }: PublisherOptions): Publisher {
  const connection = keepConnected({
    url,
    name: "publishing",
    logger,
    async setUp(session) {
      const asking = await keepTopology(session, topology, redeclareEveryMs);
      const channel = await session.confirmChannel();
      // Each batch on its way listens for what comes back.
      channel.setMaxListeners(0);
      return { session, channel, asking };
    },
  });

  /** Must find a queue. What nobody consumes need not: it would be published again for ever. */
  const consumed = new Set([...topology.bindings.values()].flat());

  async function usable() {
    const current = await connection.get(connectedWithinMs);
    const reason = current.session.blocked();
    if (reason !== null) throw new Error(`RabbitMQ takes no messages: ${reason}`);
    return current;
  }

  return {
    async publish(messages) {
      if (messages.length === 0) return;
      const { session, channel } = await usable();
      const ids = new Set(messages.map(({ id }) => id));
      const returned = new Set<string>();
      const onReturn = ({ properties }: { properties: { messageId?: string } }) => {
        const { messageId = "" } = properties;
        if (ids.has(messageId)) returned.add(messageId);
      };
      channel.on("return", onReturn);
      try {
        const confirms = messages.map(
          ({ id, type, key, traceparent, body }) =>
            new Promise<void>((resolve, reject) => {
              const headers = { ...(key !== null && { [keyHeader]: key }), ...(traceparent && { [traceparentHeader]: traceparent }) };
              const options = { persistent: true, mandatory: consumed.has(type), messageId: id, type, contentType: "application/json", headers };
              channel.publish(exchange, type, Buffer.from(body), options, (error) => (error ? reject(error) : resolve()));
            }),
        );
        await inTime(confirmWithinMs, Promise.all(confirms), "RabbitMQ did not confirm");
      } catch (error) {
        // A blocked connection comes back by itself; any other that is silent is a new one's business.
        if (session.blocked() === null) session.fail(error as Error);
        throw error;
      } finally {
        channel.off("return", onReturn);
      }
      // What no queue takes is confirmed nevertheless, but comes back first.
      if (returned.size > 0) {
        const error = new Error(`${returned.size} messages found no queue; queues and bindings are declared again`);
        session.fail(error);
        throw error;
      }
    },
    async waiting(queue) {
      const { asking } = await usable();
      const counts = await inTime(answerWithinMs, waitingIn(asking, partitionsOf(queue, topology.partitions)), "RabbitMQ did not answer");
      return counts.reduce((sum, count) => sum + count, 0);
    },
    async check() {
      const { channel } = await usable();
      // An alarm shows only on a connection that publishes. What no queue takes is confirmed.
      const confirmed = new Promise<void>((resolve, reject) => {
        channel.publish(exchange, healthKey, Buffer.alloc(0), {}, (error) => (error ? reject(error) : resolve()));
      });
      await inTime(answerWithinMs, confirmed, "RabbitMQ did not confirm");
    },
    close: () => connection.close(),
  };
}
