import type { Bindings, Bus } from "../ports/bus.ts";
import type { Logger } from "../ports/logger.ts";
import { createConsumers } from "./consumers.ts";
import { inShort, type KafkaOptions, openAdmin, openConsumer } from "./kafka-client.ts";
import { startConsumer } from "./kafka-consumer.ts";
import { createDeliveries } from "./kafka-deliveries.ts";
import { createPublisher } from "./kafka-publisher.ts";

export interface KafkaBusOptions extends KafkaOptions {
  bindings: Bindings;
  logger: Logger;
}

/** Events hold personal data: as long as dead letters. A service that is away for longer misses some. */
const keptMs = 30 * 24 * 60 * 60_000;

/**
 * The bus on Kafka: a topic for each message type, partitioned by the messages' keys, and a consumer group for each queue. It comes up
 * without the brokers, and goes on by itself whenever they are back; meanwhile publishing throws.
 */
export function createKafkaBus({ brokers, partitions, bindings, logger }: KafkaBusOptions): Bus {
  const topics = [...new Set([...bindings.values()].flat())];
  const admin = openAdmin(brokers);
  let prepared: Promise<void> | undefined;
  const preparation = {
    /** Makes the topics that are not there, until that has worked once. */
    prepare(): Promise<void> {
      prepared ??= admin.ensureTopics(topics, partitions, keptMs).catch((error: unknown) => {
        prepared = undefined;
        throw error;
      });
      return prepared;
    },
    /** A broker that lost its disk has none of them any more. */
    failed(): void {
      prepared = undefined;
    },
  };
  const { prepare } = preparation;
  const publisher = createPublisher(brokers, new Set(topics), preparation);
  const consumers = createConsumers("Kafka");
  return {
    inOrder: false,
    publish: publisher.publish,

    async waiting(queue) {
      const asking = openConsumer(brokers, queue);
      try {
        await prepare();
        return await asking.waiting(await admin.partitionsOf(bindings.get(queue) ?? []));
      } catch (error) {
        throw inShort(error);
      } finally {
        await asking.close().catch(() => {});
      }
    },

    consume: (queue, { prefetch, batchDelayMs = 0 }, handler) =>
      consumers.add(queue, () =>
        startConsumer({
          ...{ brokers, queue, topics: bindings.get(queue) ?? [], prefetch, batchDelayMs, handler, logger, preparation },
          deliveries: createDeliveries(admin, queue),
        }),
      ),

    async check() {
      await admin.partitionsOf(topics).catch((error: unknown) => {
        throw inShort(error);
      });
      consumers.check();
    },

    async close() {
      await consumers.close();
      await publisher.close();
      await admin.close();
    },
  };
}
