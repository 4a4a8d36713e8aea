const everyMs = 1_000;

export interface RecoveryOptions {
  /** Rejects where nobody answers. */
  isReady: (signal: AbortSignal) => Promise<boolean>;
  /** It is known already that nobody answered. */
  away: boolean;
  /** Called once, when it was away or not ready and now is. */
  back: () => void;
}

/**
 * For a breaker that opened: asks the service every second whether it is ready. One that was away for a moment (itself,
 * or its database) need not be refused for the whole reset time. One that says that it is ready and fails all the same
 * is not asked further: it would fail again.
 */
export function watchForRecovery({ isReady, away, back }: RecoveryOptions): { stop(): void } {
  const stopped = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  async function ask(): Promise<void> {
    const ready = await isReady(AbortSignal.any([stopped.signal, AbortSignal.timeout(everyMs)])).catch(() => false);
    if (stopped.signal.aborted || (ready && !away)) return;
    if (ready) return back();
    away = true;
    timer = setTimeout(ask, everyMs);
    timer.unref();
  }
  void ask();
  return {
    stop() {
      stopped.abort();
      clearTimeout(timer);
    },
  };
}
