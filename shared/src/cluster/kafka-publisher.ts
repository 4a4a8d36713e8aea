import type { Message } from "../ports/bus.ts";
import { traceparentHeader } from "../ports/tracing.ts";
import { inShort, openProducer, type Sent } from "./kafka-client.ts";

export const idHeader = "id";

/** What has no key has no order to keep with others: all of a type stay in order in one partition. */
const withoutKey = 0;

const recordOf = ({ id, type, key, traceparent, body }: Message): Sent => ({
  topic: type,
  value: body,
  headers: { [idHeader]: id, ...(traceparent && { [traceparentHeader]: traceparent }) },
  ...(key === null ? { partition: withoutKey } : { key }),
});

/** Of the topics. */
export interface Preparation {
  prepare(): Promise<void>;
  /** Something went wrong: they may be gone. */
  failed(): void;
}

/** Publishes to those topics that some queue is bound to. A producer that failed is replaced: it may have given up for good. */
export function createPublisher(brokers: readonly string[], topics: ReadonlySet<string>, { prepare, failed: prepareAgain }: Preparation) {
  let producer: ReturnType<typeof openProducer> | undefined;
  return {
    async publish(messages: readonly Message[]): Promise<void> {
      const records = messages.filter(({ type }) => topics.has(type)).map(recordOf);
      if (records.length === 0) return;
      try {
        await prepare();
        producer ??= openProducer(brokers);
        await producer.send(records);
      } catch (error) {
        const failed = producer;
        producer = undefined;
        prepareAgain();
        await failed?.close().catch(() => {});
        throw inShort(error);
      }
    },
    async close(): Promise<void> {
      await producer?.close().catch(() => {});
    },
  };
}
