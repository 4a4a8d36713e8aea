import { Problem } from "../contracts/errors.ts";

export interface FairLimits {
  /** How many run at a time, of all keys and of one. */
  atOnce: number;
  atOncePerKey: number;
  /** How many may wait, of all keys and of one. */
  mayWait: number;
  mayWaitPerKey: number;
  /** How long work waits; no bound unless it is given. */
  longestWaitMs?: number;
  /** Names the queue in logs. */
  what: string;
  /**
   * Work runs in rounds: the next begins after the last work of the one before, which took so long, and after this, which says how
   * many it may have (`atOnce` at most). Left out, work begins as soon as the limits allow.
   */
  between?: (roundMs: number) => Promise<number>;
}

/**
 * Runs work as soon as the limits allow. Throws `service_unavailable` when too much waits, `rate_limited` when too much of its
 * own key does, or it has waited too long, and the signal's reason when it is aborted before the work has begun; the work
 * itself must look at the signal from then on.
 */
export type RunFairly = <T>(key: string, work: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

interface Waiter {
  start(): void;
  refuse(reason: unknown): void;
}

/**
 * Keys take turns, however much one of them has waiting; the work of one key runs in order of arrival. When too much waits, the
 * key that has by far the most waiting is refused.
 */
export function limitFairly({ atOnce, atOncePerKey, mayWait, mayWaitPerKey, longestWaitMs, what, between }: FairLimits): RunFairly {
  let running = 0;
  /** A round runs, or is over but for what is between it and the next. */
  let inRound = false;
  let began = 0;
  let waiting = 0;
  const runningOf = new Map<string, number>();
  /** In the order in which keys have their turn. */
  const queues = new Map<string, Waiter[]>();
  const mayStart = (key: string) => !inRound && running < atOnce && (runningOf.get(key) ?? 0) < atOncePerKey;
  const full = () => new Problem("service_unavailable", { internal: `the queue is full: ${what}`, retryAfter: 5 });
  // No failure of this part: its callers' breakers stay closed for others.
  const tooMuch = () => new Problem("rate_limited", { internal: `too much of one key: ${what}`, retryAfter: 5 });

  function take(key: string): void {
    running++;
    runningOf.set(key, (runningOf.get(key) ?? 0) + 1);
  }
  function release(key: string): void {
    running--;
    const left = (runningOf.get(key) ?? 1) - 1;
    if (left > 0) runningOf.set(key, left);
    else runningOf.delete(key);
    moveBehind(key);
    if (!between) startNext();
    else if (running === 0) void between(performance.now() - began).then(startRound);
  }
  function startRound(size: number): void {
    inRound = false;
    began = performance.now();
    for (let left = size; left > 0 && startNext(); left--);
    inRound = running > 0;
  }
  /** The others have their turn before this key has its next. */
  function moveBehind(key: string): void {
    const queue = queues.get(key);
    queues.delete(key);
    if (queue && queue.length > 0) queues.set(key, queue);
  }
  function startNext(): boolean {
    for (const [key, queue] of queues) {
      if (!mayStart(key)) continue;
      const next = queue.shift();
      moveBehind(key);
      next?.start();
      return true;
    }
    return false;
  }
  function forget(key: string, waiter: Waiter): void {
    const queue = queues.get(key) ?? [];
    const at = queue.indexOf(waiter);
    if (at >= 0) queue.splice(at, 1);
    if (queue.length === 0) queues.delete(key);
  }

  /** Makes room for a key that has little waiting beside another: the last of the longest queue is refused. */
  function makeRoom(own: number): boolean {
    let longest: Waiter[] = [];
    for (const queue of queues.values()) if (queue.length > longest.length) longest = queue;
    if (longest.length <= 2 * (own + 1)) return false;
    longest.pop()?.refuse(full());
    return true;
  }

  async function waitForTurn(key: string, signal: AbortSignal | undefined): Promise<void> {
    const queue = queues.get(key) ?? [];
    if (queue.length >= mayWaitPerKey) throw tooMuch();
    if (waiting >= mayWait && !makeRoom(queue.length)) throw full();
    waiting++;
    let abort: (() => void) | undefined;
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        const waiter: Waiter = {
          start() {
            take(key);
            resolve();
          },
          refuse: reject,
        };
        const leave = (reason: unknown) => {
          forget(key, waiter);
          reject(reason);
        };
        abort = () => leave(signal?.reason);
        if (longestWaitMs !== undefined) timer = setTimeout(() => leave(tooMuch()), longestWaitMs);
        queue.push(waiter);
        queues.set(key, queue);
        signal?.addEventListener("abort", abort, { once: true });
      });
    } finally {
      waiting--;
      clearTimeout(timer);
      if (abort) signal?.removeEventListener("abort", abort);
    }
  }

  return async (key, work, signal) => {
    signal?.throwIfAborted();
    if (mayStart(key)) {
      take(key);
      began = performance.now();
      inRound = between !== undefined;
    } else await waitForTurn(key, signal);
    try {
      return await work();
    } finally {
      release(key);
    }
  };
}
