/** Of an init system, of Ctrl-C, of a terminal that closes. */
const stopSignals = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

/** Terminals and init systems signal the whole process group, and npm passes its own signal on: one request may arrive several times. */
const oneRequestMs = 1_000;

/**
 * Aborted when this process is asked to stop. Further signals within a second belong to the same request. A later one
 * exits at once with code 1, and so does a stop that takes longer than `withinMs`.
 */
export function stopRequest(withinMs: number): AbortSignal {
  const request = new AbortController();
  const force = () => process.exit(1);
  let since = 0;
  for (const signal of stopSignals)
    process.on(signal, () => {
      if (request.signal.aborted) {
        if (performance.now() - since > oneRequestMs) force();
        return;
      }
      since = performance.now();
      // A terminal that has closed takes no more output.
      for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
      setTimeout(force, withinMs).unref();
      request.abort();
    });
  return request.signal;
}
