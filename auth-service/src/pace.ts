import { Problem } from "@newfeed/shared/contracts/errors.ts";

/** Takes the next turn of a key. Its successor's turn comes `pauseMs` later. Throws `rate_limited` when too many wait. */
export type TakeTurn = (key: string, pauseMs: number) => Promise<void>;

/** Turns of one key, one after the other, with a pause after each; `mayWait` may wait at a time. In this process. */
export function createPace(mayWait: number): TakeTurn {
  const lines = new Map<string, { last: Promise<void>; waiting: number; pauseMs: number }>();
  return async (key, pauseMs) => {
    const line = lines.get(key) ?? { last: Promise.resolve(), waiting: 0, pauseMs };
    if (line.waiting >= mayWait)
      throw new Problem("rate_limited", { message: "Too many failed attempts; try again later.", retryAfter: (line.pauseMs * mayWait) / 1000 });
    const before = line.last;
    const over = Promise.withResolvers<void>();
    line.last = over.promise;
    line.waiting++;
    line.pauseMs = Math.max(line.pauseMs, pauseMs);
    lines.set(key, line);
    await before;
    line.waiting--;
    setTimeout(() => {
      over.resolve();
      if (line.last === over.promise) lines.delete(key);
    }, pauseMs).unref();
  };
}
