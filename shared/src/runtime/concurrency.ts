import { Problem } from "../contracts/errors.ts";

/** Runs work as soon as the limit allows. Throws `service_unavailable` when the queue is full. */
export type RunLimited = <T>(work: () => Promise<T>) => Promise<T>;

/** At most `atOnce` run at a time, and at most `mayWait` wait, in order of arrival. */
export function limitConcurrency(atOnce: number, mayWait: number, what: string): RunLimited {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= atOnce) {
      if (waiting.length >= mayWait) throw new Problem("service_unavailable", { internal: `the queue is full: ${what}`, retryAfter: 5 });
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running++;
    try {
      return await work();
    } finally {
      // The slot passes to the next in the queue, or becomes free.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
