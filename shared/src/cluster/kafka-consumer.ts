import { createHash, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Consumer, Message, MessageHandler } from "../ports/bus.ts";
import type { Logger } from "../ports/logger.ts";
import { traceparentHeader } from "../ports/tracing.ts";
import { createBatches } from "./batches.ts";
import { inShort, openConsumer, type Position, placeOf, type Received, type Records } from "./kafka-client.ts";
import type { Deliveries } from "./kafka-deliveries.ts";
import { idHeader, type Preparation } from "./kafka-publisher.ts";

export interface KafkaConsumerOptions {
  brokers: readonly string[];
  queue: string;
  topics: readonly string[];
  prefetch: number;
  batchDelayMs: number;
  handler: MessageHandler;
  logger: Logger;
  preparation: Preparation;
  deliveries: Deliveries;
}

/** How long a group that lost its broker rests before it joins again. */
const rejoinAfterMs = 500;

/** What a record says; one from another publisher may lack everything but its value. */
function messageOf({ topic, key, value = "", headers }: Received): Message {
  const traceparent = headers.get(traceparentHeader);
  return {
    id: headers.get(idHeader) ?? createHash("sha256").update(value).digest("hex"),
    type: topic,
    key: key ?? null,
    ...(traceparent && { traceparent }),
    body: value,
  };
}

/** The positions behind these records, one for each partition. */
function behind(records: readonly Received[]): Position[] {
  const last = new Map(records.map((record) => [placeOf(record.topic, record.partition), record]));
  return [...last.values()].map(({ topic, partition, offset, leaderEpoch }) => ({ topic, partition, offset: offset + 1n, leaderEpoch }));
}

/** Reads a stream by the batch: the next records, one at least and so many at most; none once it has ended, or `signal` is aborted. */
function createReader(records: Records, most: number, batchDelayMs: number, signal: AbortSignal): () => Promise<Received[]> {
  let wake = () => {};
  // For as long as the stream lives: one that comes and goes was seen to miss the last records.
  records.on("readable", () => wake());
  signal.addEventListener("abort", () => wake());
  return async () => {
    const taken: Received[] = [];
    function take() {
      while (taken.length < most && !records.destroyed) {
        const record: Received | null = records.read();
        if (record === null) return;
        taken.push(record);
      }
    }
    for (take(); taken.length === 0 && !signal.aborted && !records.destroyed; take()) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    if (batchDelayMs > 0 && taken.length < most) await sleep(batchDelayMs, undefined, { signal }).then(take, () => {});
    return taken;
  };
}

/**
 * Consumes a queue as a member of the group of that name: one batch at a time, of all partitions that the member has. What a group has
 * handled is committed behind each batch; a member that loses its broker, or its partitions, joins anew and continues from there.
 */
export function startConsumer(options: KafkaConsumerOptions): Consumer & { ready(): boolean } {
  const { brokers, queue, topics, prefetch, batchDelayMs, deliveries, logger } = options;
  const batches = createBatches(queue, options.handler, logger);
  const closing = new AbortController();
  const name = randomUUID();
  let joined = false;

  async function consume(): Promise<void> {
    await options.preparation.prepare();
    const lost = new AbortController();
    let failure: unknown;
    const failed = (error: unknown) => {
      failure = error;
      lost.abort();
    };
    const consumer = openConsumer(brokers, queue, { name, failed });
    const ending = AbortSignal.any([lost.signal, closing.signal]);
    try {
      const records = await consumer.stream(topics, 2 * prefetch);
      records.on("error", failed);
      records.on("close", () => lost.abort());
      joined = true;
      const next = createReader(records, prefetch, batchDelayMs, ending);
      for (let isFirst = true; !ending.aborted; isFirst = false) {
        const batch = await next();
        if (batch.length === 0) break;
        const before = isFirst ? await deliveries.first(batch) : undefined;
        const handled = await batches.take(
          batch.map((record) => ({ message: messageOf(record), deliveriesBefore: before?.get(record) ?? 0 })),
          ending,
        );
        if (handled && !lost.signal.aborted) await consumer.commit(behind(batch));
      }
      if (failure) throw failure;
    } finally {
      joined = false;
      await consumer.close().catch(() => {});
    }
  }

  const ended = (async () => {
    for (let failures = 0; !closing.signal.aborted; ) {
      try {
        await consume();
        failures = 0;
      } catch (error) {
        if (closing.signal.aborted) return;
        options.preparation.failed();
        logger[failures++ === 0 ? "warn" : "debug"]("a consumer lost Kafka; it joins again", { queue, error: inShort(error) });
        await sleep(rejoinAfterMs, undefined, { signal: closing.signal }).catch(() => {});
      }
    }
  })();

  return {
    ready: () => joined,
    async close() {
      closing.abort();
      await ended;
    },
  };
}
