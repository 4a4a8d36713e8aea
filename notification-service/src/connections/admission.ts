import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { limitConcurrency, type RunLimited } from "@newfeed/shared/http/concurrency.ts";
import type { Metrics } from "@newfeed/shared/ports/metrics.ts";

/**
 * Newcomers are worked for one step at a time, so that appending and delivering never stand behind a crowd that comes
 * back. A step is a question to the database, one to post-service or a page of the log: a few milliseconds, so that
 * a hundred newcomers a second get in; and a machine that is busy lets them in more slowly by itself, which a fixed
 * rate does not. Three at once were tried: a thousand clients were back in 1.5 s instead, and the others' 99th percentile
 * was 2.7 times what it was before.
 */
const stepsAtOnce = 1;
/** Pages that are on their way to clients that catch up; each counts until it was taken. */
const pagesAtOnce = 1;
/** Whoever takes longer than this is not waited for: a service that hangs, a client on a slow line. */
const turnHoldsMs = 50;
/** More than these are told to come back later. */
const mayWait = 4_000;

/** Newcomers, one step of each at a time: being accepted, whom they may see, what they may follow, a page of what they missed. */
export interface Admission {
  /** Runs a step when it is its turn. Throws `service_unavailable` when too many wait. */
  step: RunLimited;
  /** Accepts a connection when it is its turn; whoever delivers gets the event loop between two of them. */
  accept(connection: () => void): Promise<void>;
  /** Writes a page to a client that catches up, when it is its turn. Resolves when the client took it, rejects as `page` does. */
  replay(page: () => Promise<void>): Promise<void>;
}

/** Resolves once this has come to its end, however, or after so long. An aborted `sleep` was tried: its error cost a tenth of a newcomer. */
function settled(work: Promise<unknown>, withinMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, withinMs);
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    work.then(end, end);
  });
}

/** A turn of the event loop that takes longer has others to work for. */
const calmTurnMs = 2;
/** After so many turns without a short one, newcomers are let in nevertheless. */
const turnsForCalm = 50;

/** Waits for a short turn of the event loop: connections that close and open by the hundred make long ones. */
async function calm(): Promise<void> {
  for (let turns = 0; turns < turnsForCalm; turns++) {
    const begun = performance.now();
    await nextTurn();
    if (performance.now() - begun < calmTurnMs) return;
  }
}

/** Has the turn pass on when work is done, or takes its time, and twice as long again has passed: most of the time is for everybody else. */
function turnsOfAThirdOfTheTime(turns: RunLimited, holdsMs: number): RunLimited {
  return (work) =>
    new Promise((resolve, reject) => {
      const turn = turns(async () => {
        const started = performance.now();
        const begun = work();
        resolve(begun);
        await settled(begun, holdsMs);
        await sleep(2 * (performance.now() - started));
        await calm();
      });
      turn.catch(reject);
    });
}

export function createAdmission(metrics: Pick<Metrics, "sample">, holdsMs = turnHoldsMs): Admission {
  const steps = turnsOfAThirdOfTheTime(limitConcurrency(stepsAtOnce, mayWait, "newcomers"), holdsMs);
  const replay = turnsOfAThirdOfTheTime(limitConcurrency(pagesAtOnce, Number.POSITIVE_INFINITY, "pages for newcomers"), holdsMs);
  let inside = 0;
  metrics.sample(() => [{ gauge: "newfeed_newcomer_steps", labels: {}, value: inside }]);
  const step: RunLimited = async (work) => {
    inside++;
    try {
      return await steps(work);
    } finally {
      inside--;
    }
  };
  return {
    step,
    accept: (connection) =>
      step(async () => {
        connection();
        await nextTurn();
      }),
    replay,
  };
}
