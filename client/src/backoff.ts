/** How long to wait before the next attempt: up to `baseMs` at first, twice as long each time, up to `maxMs`. */
export interface Backoff {
  baseMs: number;
  maxMs: number;
}

/** Full jitter (Brooker, "Exponential Backoff And Jitter"). `attempt` counts from 0. */
export function backoffMs(attempt: number, { baseMs, maxMs }: Backoff): number {
  return Math.random() * Math.min(maxMs, baseMs * 2 ** Math.min(attempt, 16));
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
