import { setTimeout as sleep } from "node:timers/promises";
import { deliveryLimit, deliveryLimitReached, type Message, type MessageHandler } from "../ports/bus.ts";
import type { Logger } from "../ports/logger.ts";

const retryMs = 100;

/** A message as its broker delivers it, and how often it did before, to consumers that did not say what became of it. */
export interface Delivery {
  message: Message;
  deliveriesBefore: number;
}

/** Hands over batches of a queue until they are handled, or no more of use to this consumer. */
export interface Batches {
  /** Tries once at least, and again until it works; gives false when that is no longer of use. */
  untilItWorks(what: string, signal: AbortSignal, work: () => Promise<unknown>): Promise<boolean>;
  /** Resolves with whether all of it was handled or kept as dead letters: after `deliveryLimit` deliveries a message is given up. */
  take(batch: readonly Delivery[], signal: AbortSignal): Promise<boolean>;
}

export function createBatches(queue: string, handler: MessageHandler, logger: Logger): Batches {
  async function untilItWorks(what: string, signal: AbortSignal, work: () => Promise<unknown>): Promise<boolean> {
    for (let failures = 0; ; failures++) {
      try {
        await work();
        return true;
      } catch (error) {
        if (signal.aborted) return false;
        logger[failures === 0 ? "warn" : "debug"](what, { queue, error });
        await sleep(retryMs, undefined, { signal }).catch(() => {});
        if (signal.aborted) return false;
      }
    }
  }
  return {
    untilItWorks,
    take(batch, signal) {
      const kept = new Set<Delivery>();
      let tries = 0;
      return untilItWorks("a batch could not be handled; it is delivered again", signal, async () => {
        tries++;
        for (const delivery of batch) {
          if (kept.has(delivery) || delivery.deliveriesBefore + tries <= deliveryLimit) continue;
          await handler.deadLetter(delivery.message, { reason: deliveryLimitReached, at: new Date() });
          kept.add(delivery);
        }
        const live = batch.filter((delivery) => !kept.has(delivery));
        if (live.length > 0) await handler.handle(live.map(({ message }) => message));
      });
    },
  };
}
