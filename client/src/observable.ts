/** A value that changes and notifies. Fits React's `useSyncExternalStore`. */
export interface Observable<T> {
  readonly state: T;
  /** Calls `listener` with every later change; returns a function that stops. */
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
      // The same function may be added twice.
      const added = (value: T) => listener(value);
      listeners.add(added);
      return () => void listeners.delete(added);
    },
  };
}

/** Listeners by key: a change of one key costs nothing for the others. */
export interface KeyedListeners {
  subscribe(key: string, listener: () => void): () => void;
  notify(key: string): void;
  has(key: string): boolean;
  keys(): Iterable<string>;
}

export function createKeyedListeners(): KeyedListeners {
  const byKey = new Map<string, Set<() => void>>();
  return {
    subscribe(key, listener) {
      const added = () => listener();
      const listeners = byKey.get(key) ?? new Set();
      byKey.set(key, listeners.add(added));
      return () => {
        listeners.delete(added);
        if (listeners.size === 0 && byKey.get(key) === listeners) byKey.delete(key);
      };
    },
    notify(key) {
      for (const listener of [...(byKey.get(key) ?? [])]) listener();
    },
    has: (key) => byKey.has(key),
    keys: () => [...byKey.keys()],
  };
}
