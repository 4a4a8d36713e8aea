import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { createTurns, type TakeTurn } from "@newfeed/shared/http/turns.ts";
import type { Metrics } from "@newfeed/shared/ports/metrics.ts";

/**
 * So many newcomers are worked for at the same time: far fewer than there are connections to the database, so that
 * appending and delivering never stand behind a crowd that comes back. What one newcomer needs is a question to the
 * database, one to post-service and a page of the log, some milliseconds each, so few at once are still many a second;
 * and a machine that is busy lets them in more slowly by itself, which a fixed rate does not.
 */
const atOnce = 3;
/** Pages that are on their way to clients that catch up; each counts until it was taken, but no longer than this. */
const pagesAtOnce = 2;
const pageHoldsMs = 50;
/** More than these are told to come back later. */
const mayWait = 4_000;

/** Newcomers, one step of each at a time: being accepted, whom they may see, what they may follow, a page of what they missed. */
export interface Admission {
  /** Runs a step when it is its turn. No step may wait for another one. Throws `service_unavailable` when too many wait. */
  step: TakeTurn;
  /** Accepts a connection when it is its turn; whoever delivers gets the event loop between two of them. */
  accept(connection: () => void): Promise<void>;
  /** Writes a page to a client that catches up, when it is its turn. Resolves when the client took it, rejects as `page` does. */
  replay(page: () => Promise<void>): Promise<void>;
}

async function settledWithin(work: Promise<void>, milliseconds: number): Promise<void> {
  const timer = new AbortController();
  await Promise.race([work, sleep(milliseconds, undefined, { signal: timer.signal })]).catch(() => {});
  timer.abort();
}

export function createAdmission(metrics: Pick<Metrics, "sample">): Admission {
  const turns = createTurns(atOnce, mayWait, "newcomers");
  const pages = createTurns(pagesAtOnce, Number.POSITIVE_INFINITY, "pages for newcomers");
  let inside = 0;
  metrics.sample(() => [{ gauge: "newfeed_newcomer_steps", labels: {}, value: inside }]);
  const step: TakeTurn = async (work) => {
    inside++;
    try {
      return await turns(work);
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
    async replay(page) {
      let writing = Promise.resolve();
      await pages(async () => {
        writing = page();
        await settledWithin(writing, pageHoldsMs);
      });
      await writing;
    },
  };
}
