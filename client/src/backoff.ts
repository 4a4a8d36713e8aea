/** A wait before the next attempt: full jitter (Brooker, "Exponential Backoff And Jitter"), doubling from `baseMs` up to `maxMs`. */
export function backoffMs(attempt: number, random: () => number = Math.random, baseMs = 500, maxMs = 30_000): number {
  return random() * Math.min(maxMs, baseMs * 2 ** Math.min(attempt, 16));
}

/** Resolves after a while, or at once when `signal` aborts. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener("abort", done);
  });
}
