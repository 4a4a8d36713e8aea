import { runJob } from "../ports/context.ts";

/** Work that commits leave behind in the database, for one process or several to do in steps. */
export interface DueWork {
  /** There is work now. */
  wake(): void;
  /** Does all that is due, also what becomes due meanwhile. Calls share one run. */
  run(): Promise<void>;
  /** Resolves when the current run has stopped. */
  close(): Promise<void>;
}

/**
 * `name` begins the correlation id of each run. `doSome` does some of what is due and returns whether there was any; it
 * checks `stopped` if it takes long. `failed` is called when a woken run ends in an error: the rest is still due.
 */
export function createDueWork(name: string, doSome: (stopped: () => boolean) => Promise<boolean>, failed: (error: unknown) => void): DueWork {
  let running: Promise<void> | undefined;
  let again = false;
  let closed = false;

  async function runAll(): Promise<void> {
    do {
      again = false;
      while (!closed && (await doSome(() => closed)));
    } while (again && !closed);
  }

  function run(): Promise<void> {
    again = true;
    // Later callers share it, so it runs outside of the first one's context.
    running ??= runJob(name, runAll).finally(() => {
      running = undefined;
    });
    return running;
  }

  return {
    run,
    wake() {
      run().catch(failed);
    },
    async close() {
      closed = true;
      // Its caller got the failure.
      await running?.catch(() => {});
    },
  };
}

/**
 * The same in several lanes at once, for work that waits for others: one that takes its time holds up none of the rest. It wakes every `pollMs`, too,
 * for what another process has left, what was put off, and what a wake has missed. `closing` is aborted once it is closed: what takes long ends then.
 */
export function createLanes(
  name: string,
  { atOnce, pollMs, doOne, failed }: { atOnce: number; pollMs: number; doOne: (closing: AbortSignal) => Promise<boolean>; failed: (error: unknown) => void },
): Pick<DueWork, "wake" | "close"> {
  const closing = new AbortController();
  const lanes = Array.from({ length: atOnce }, () => createDueWork(name, () => doOne(closing.signal), failed));
  const wake = () => {
    for (const lane of lanes) lane.wake();
  };
  const timer = setInterval(wake, pollMs);
  return {
    wake,
    async close() {
      clearInterval(timer);
      closing.abort();
      await Promise.all(lanes.map((lane) => lane.close()));
    },
  };
}
