const everyMs = 1_000;

export interface RecoveryOptions {
  /** Rejects if there is no answer. */
  isReady: (signal: AbortSignal) => Promise<boolean>;
  /** It is known already to be unreachable. */
  unreachable: boolean;
  /** Called once, when it was unreachable or not ready and now is ready. */
  recovered: () => void;
}

/**
 * For an open breaker: checks every second whether the service is ready. One that was unreachable for a moment (itself,
 * or its database) need not be refused for the whole reset time. One that is ready and fails all the same is not checked
 * again: it would fail again.
 */
export function watchForRecovery({ isReady, unreachable, recovered }: RecoveryOptions): { stop(): void } {
  const stopped = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  async function check(): Promise<void> {
    const ready = await isReady(AbortSignal.any([stopped.signal, AbortSignal.timeout(everyMs)])).catch(() => false);
    if (stopped.signal.aborted || (ready && !unreachable)) return;
    if (ready) return recovered();
    unreachable = true;
    timer = setTimeout(check, everyMs);
    timer.unref();
  }
  void check();
  return {
    stop() {
      stopped.abort();
      clearTimeout(timer);
    },
  };
}
