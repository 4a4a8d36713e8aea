import { Problem } from "../contracts/errors.ts";

/** Runs work as soon as the limit allows. Throws `service_unavailable` when too much waits already. */
export type RunLimited = <T>(work: () => Promise<T>) => Promise<T>;

/** At most `atOnce` run, and at most `mayWait` wait, in order of their arrival. */
export function limitConcurrency(atOnce: number, mayWait: number, what: string): RunLimited {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= atOnce) {
      if (waiting.length >= mayWait) throw new Problem("service_unavailable", { internal: `too much waits already: ${what}`, retryAfter: 5 });
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running++;
    try {
      return await work();
    } finally {
      // The place passes to the next in line, or is free again.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
