import { runJob } from "../ports/context.ts";

/** Work that commits leave behind, and that one process or several work off by and by. */
export interface DueWork {
  /** Something is due now. */
  wake(): void;
  /** Works off all that is due, also what becomes due meanwhile. Calls share one run. */
  run(): Promise<void>;
  /** Resolves when the run in hand has stopped. */
  close(): Promise<void>;
}

/**
 * `name` begins the correlation id of each run. `doSome` does some of what is due and tells whether there was anything; it
 * looks at `stopped` where it takes long. `failed` hears of a woken run that ended in an error: what it left undone is still due.
 */
export function createDueWork(name: string, doSome: (stopped: () => boolean) => Promise<boolean>, failed: (error: unknown) => void): DueWork {
  let running: Promise<void> | undefined;
  let again = false;
  let closed = false;

  async function workOff(): Promise<void> {
    do {
      again = false;
      while (!closed && (await doSome(() => closed)));
    } while (again && !closed);
  }

  function run(): Promise<void> {
    again = true;
    // It goes on for others than the one that woke it.
    running ??= runJob(name, workOff).finally(() => {
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
      // Its failure was told to whoever ran it.
      await running?.catch(() => {});
    },
  };
}
