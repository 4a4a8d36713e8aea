import type { Bindings, Bus, Consumer } from "../ports/bus.ts";
import type { Logger } from "../ports/logger.ts";
import { startConsumer } from "./rabbit-consumer.ts";
import { startPublisher } from "./rabbit-publisher.ts";

export interface RabbitBusOptions {
  url: string;
  bindings: Bindings;
  logger: Logger;
  /** How soon a queue or binding that was deleted is there again. */
  redeclareEveryMs?: number;
  /** After this long without the broker's confirm, publishing fails. */
  confirmWithinMs?: number;
}

/**
 * The bus on RabbitMQ. It comes up without the broker, and goes on by itself whenever the broker is back; meanwhile
 * publishing throws.
 */
export function createRabbitBus({ url, bindings, logger, redeclareEveryMs = 10_000, confirmWithinMs = 5_000 }: RabbitBusOptions): Bus {
  const publisher = startPublisher({ url, bindings, logger, redeclareEveryMs, confirmWithinMs });
  const consumers = new Map<string, ReturnType<typeof startConsumer>>();
  return {
    publish: publisher.publish,
    waiting: publisher.waiting,

    consume(queue, { prefetch, batchDelayMs = 0 }, handler): Consumer {
      if (consumers.has(queue)) throw new Error(`${queue} has a consumer already`);
      const consumer = startConsumer({
        url,
        queue,
        types: bindings.get(queue) ?? [],
        prefetch,
        batchDelayMs,
        handler,
        logger,
        redeclareEveryMs,
      });
      consumers.set(queue, consumer);
      return {
        async close() {
          await consumer.close();
          consumers.delete(queue);
        },
      };
    },

    async check() {
      await publisher.check();
      for (const [queue, consumer] of consumers) if (!consumer.ready()) throw new Error(`${queue} is not consumed: no connection to RabbitMQ`);
    },

    async close() {
      await Promise.all([...consumers.values()].map((consumer) => consumer.close()));
      await publisher.close();
    },
  };
}
