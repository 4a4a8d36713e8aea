import type { Bindings, Bus } from "../ports/bus.ts";
import type { Logger } from "../ports/logger.ts";
import { createConsumers } from "./consumers.ts";
import { startConsumer } from "./rabbit-consumer.ts";
import { startPublisher } from "./rabbit-publisher.ts";

export interface RabbitBusOptions {
  url: string;
  bindings: Bindings;
  /**
   * Into how many queues a service's messages go by their keys, so that as many of its instances consume at the same time; 1 by default. More need
   * RabbitMQ's plugin `rabbitmq_consistent_hash_exchange`. It may change at any start.
   */
  partitions?: number;
  logger: Logger;
  /** How soon a service's consumer binds its queue again when a binding was deleted. Every process does it for one service after the other. */
  redeclareEveryMs?: number;
  /** After this long without the broker's confirm, publishing fails. */
  confirmWithinMs?: number;
}

/**
 * The bus on RabbitMQ. It comes up without the broker, and goes on by itself whenever the broker is back; meanwhile
 * publishing throws.
 */
export function createRabbitBus({ url, bindings, partitions = 1, logger, redeclareEveryMs = 10_000, confirmWithinMs = 5_000 }: RabbitBusOptions): Bus {
  const publisher = startPublisher({ url, topology: { bindings, partitions }, logger, redeclareEveryMs, confirmWithinMs });
  const consumers = createConsumers("RabbitMQ");
  return {
    inOrder: partitions === 1,
    publish: publisher.publish,
    waiting: publisher.waiting,

    consume: (queue, { prefetch, batchDelayMs = 0 }, handler) =>
      consumers.add(queue, () =>
        startConsumer({
          ...{ url, queue, topology: { bindings: new Map([[queue, bindings.get(queue) ?? []]]), partitions } },
          ...{ prefetch, batchDelayMs, handler, logger, redeclareEveryMs },
        }),
      ),

    async check() {
      await publisher.check();
      consumers.check();
    },

    async close() {
      await consumers.close();
      await publisher.close();
    },
  };
}
