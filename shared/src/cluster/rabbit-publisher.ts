import type { Bindings } from "../ports/bus.ts";
import type { Logger } from "../ports/logger.ts";
import { keepConnected, within } from "./rabbit-connection.ts";
import { exchange as eventExchange, keepTopology } from "./rabbit-topology.ts";

/** One message on its way. The exchange "" leads to the queue that `key` names. */
export interface Outgoing {
  exchange: string;
  key: string;
  id: string;
  type: string;
  body: string | Buffer;
  headers?: Record<string, unknown>;
  /** Without a queue that takes it, publishing fails. */
  mandatory: boolean;
}

export interface Publisher {
  /** Resolves once the broker confirmed all of them; throws, within bounded time, when that is not certain. */
  publish(messages: readonly Outgoing[]): Promise<void>;
  /** Throws when nothing can be published now. */
  check(): Promise<void>;
  close(): Promise<void>;
}

export interface PublisherOptions {
  url: string;
  bindings: Bindings;
  logger: Logger;
  redeclareEveryMs: number;
  confirmWithinMs: number;
}

/** For a connection that is just being built. */
const connectedWithinMs = 2_000;
const answerWithinMs = 2_000;

/** Publishes on a connection of its own: an alarm of the broker blocks those that publish, and no others. */
export function startPublisher({ url, bindings, logger, redeclareEveryMs, confirmWithinMs }: PublisherOptions): Publisher {
  const connection = keepConnected({
    url,
    name: "publishing",
    logger,
    async setUp(session) {
      const topology = await keepTopology(session, bindings, redeclareEveryMs);
      const channel = await session.confirmChannel();
      // Each batch on its way listens for what comes back.
      channel.setMaxListeners(0);
      return { session, channel, topology };
    },
  });

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
          ({ exchange, key, id, type, body, headers, mandatory }) =>
            new Promise<void>((resolve, reject) => {
              const options = { persistent: true, mandatory, messageId: id, type, contentType: "application/json", headers };
              channel.publish(exchange, key, typeof body === "string" ? Buffer.from(body) : body, options, (error) => (error ? reject(error) : resolve()));
            }),
        );
        await within(confirmWithinMs, Promise.all(confirms), "RabbitMQ did not confirm");
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
    async check() {
      const { topology } = await usable();
      await within(answerWithinMs, topology.checkExchange(eventExchange), "RabbitMQ did not answer");
    },
    close: () => connection.close(),
  };
}
