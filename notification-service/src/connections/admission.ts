import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { Metrics } from "@newfeed/shared/ports/metrics.ts";
import { limitFairly, type RunFairly } from "@newfeed/shared/runtime/fair-concurrency.ts";

// The figures, and what they were chosen from: docs/decisions/0029-connection-admission.md.
/** Steps of a round: many are asked about together. Connected clients who wait for nothing lose nothing: it begins the next at once. */
const stepsAtOnce = 64;
/** Pages that are on their way to clients that catch up; each counts until the client took it. */
const pagesAtOnce = 1;
const maxWaiting = 4_000;
/** A step that takes longer is no longer waited for: a dependency that hangs, a client on a slow line. */
const maxStepMs = 50;
/** An instance that has delivered something within this time serves connected clients. */
const servingMs = 1_000;
/** Then it admits one at a time, and rests for so many times as long as that took. */
const stepsWhileServing = 1;
const restsWhileServing = 2;
/** A turn of the event loop that takes longer serves connected clients. */
const shortTurnMs = 2;
/** After this many turns without a short one, the queue continues nevertheless. */
const maxTurns = 50;

/**
 * The admission queue of an instance: connections that open, and clients that catch up, are served in rounds of steps, so
 * that a crowd that reconnects does not delay appends and deliveries. Networks take turns, so that the crowd of one of them
 * does not delay clients of another.
 */
export interface Admission {
  /** Runs one step of an incoming connection: a query, an access check, a page of the log. Throws `service_unavailable` when too many wait. */
  step: RunFairly;
  /** Runs a handshake as one step; connected clients get the event loop between two rounds. */
  accept(network: string, handshake: () => void): Promise<void>;
  /** To be called when something is delivered to connected clients: for a while, most of the time is for them. */
  delivered(): void;
  /** Writes a page to a client that catches up. Resolves when the client took it, rejects as `page` does. */
  replay(network: string, page: () => Promise<void>): Promise<void>;
}

/** Admits everything at once. */
export const immediateAdmission: Admission = {
  step: (_network, work) => work(),
  accept: async (_network, handshake) => handshake(),
  replay: (_network, page) => page(),
  delivered: () => {},
};

/** Resolves when the work ends, either way, or after this time. Not with `sleep` and a signal: the error of its abort costs more than the timer. */
function endOrTimeout(work: Promise<unknown>, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, timeoutMs);
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    work.then(end, end);
  });
}

/** Waits for a short turn of the event loop: connections that close and open by the hundred make long ones. */
async function shortTurn(): Promise<void> {
  for (let turns = 0; turns < maxTurns; turns++) {
    const start = performance.now();
    await nextTurn();
    if (performance.now() - start < shortTurnMs) return;
  }
}

/** Holds work's place in the queue until it ends, or takes too long. */
function holding(queue: RunFairly, stepMs: number): RunFairly {
  return (network, work) =>
    new Promise((resolve, reject) => {
      const slot = queue(network, async () => {
        const running = work();
        resolve(running);
        await endOrTimeout(running, stepMs);
      });
      slot.catch(reject);
    });
}

export function createAdmission(metrics: Pick<Metrics, "sample">, stepMs = maxStepMs): Admission {
  let deliveredAt = Number.NEGATIVE_INFINITY;
  async function rest(roundMs: number): Promise<number> {
    const serving = performance.now() - deliveredAt < servingMs;
    if (serving) await sleep(restsWhileServing * roundMs);
    await shortTurn();
    return serving ? stepsWhileServing : stepsAtOnce;
  }
  const atOnce = (count: number, mayWait: number, what: string) =>
    holding(limitFairly({ atOnce: count, atOncePerKey: count, mayWait, mayWaitPerKey: Number.POSITIVE_INFINITY, what, between: rest }), stepMs);
  const steps = atOnce(stepsAtOnce, maxWaiting, "connection admission");
  const replay = atOnce(pagesAtOnce, Number.POSITIVE_INFINITY, "replayed pages");
  let queued = 0;
  metrics.sample(() => [{ gauge: "newfeed_admission_queue", labels: {}, value: queued }]);
  const step: RunFairly = async (network, work) => {
    queued++;
    try {
      return await steps(network, work);
    } finally {
      queued--;
    }
  };
  return {
    step,
    accept: (network, handshake) =>
      step(network, async () => {
        handshake();
        await nextTurn();
      }),
    replay,
    delivered() {
      deliveredAt = performance.now();
    },
  };
}
