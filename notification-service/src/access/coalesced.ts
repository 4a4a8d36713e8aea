/**
 * Runs `work` one at a time, and once for all callers that wait for the run in progress. A caller gets a run that begins
 * after its call.
 */
export function coalesced(work: () => Promise<void>): () => Promise<void> {
  let previous: Promise<unknown> = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    next ??= previous.then(() => {
      next = undefined;
      const run = work();
      previous = run.catch(() => {});
      return run;
    });
    return next;
  };
}
