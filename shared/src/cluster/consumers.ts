import type { Consumer } from "../ports/bus.ts";

type Running = Consumer & { ready(): boolean };

/** The consumers of one process on a broker: one for each queue. */
export function createConsumers(broker: string) {
  const consumers = new Map<string, Running>();
  return {
    /** Throws when the queue has one already. */
    add(queue: string, start: () => Running): Consumer {
      if (consumers.has(queue)) throw new Error(`${queue} has a consumer already`);
      const consumer = start();
      consumers.set(queue, consumer);
      return {
        async close() {
          await consumer.close();
          consumers.delete(queue);
        },
      };
    },
    /** Throws when one of them has no connection. */
    check(): void {
      for (const [queue, consumer] of consumers) if (!consumer.ready()) throw new Error(`${queue} is not consumed: no connection to ${broker}`);
    },
    close: () => Promise.all([...consumers.values()].map((consumer) => consumer.close())),
  };
}
