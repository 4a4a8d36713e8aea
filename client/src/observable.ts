/** A value that changes, and tells. Fits React's `useSyncExternalStore`. */
export interface Observable<T> {
  readonly state: T;
  /** Calls with every change from now on; returns the way to stop. */
  subscribe(listener: (state: T) => void): () => void;
}

export function createObservable<T>(initial: T): Observable<T> & { set(state: T): void } {
  let state = initial;
  const listeners = new Set<(state: T) => void>();
  return {
    get state() {
      return state;
    },
    set(next) {
      if (Object.is(next, state)) return;
      state = next;
      for (const listener of [...listeners]) listener(next);
    },
    subscribe(listener) {
      // The same function may be given twice.
      const own = (value: T) => listener(value);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
  };
}
