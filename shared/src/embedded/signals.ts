import type { Signals } from "../ports/signals.ts";

/** Where the instances of one process meet. */
export interface SignalHub {
  join(): Signals;
}

/** Signals within one process. Payloads go through JSON, and arrive in a later turn of the event loop, as over a wire. */
export function createSignalHub(): SignalHub {
  type Listener = (payload: unknown) => void;
  const members = new Set<Map<string, Set<Listener>>>();
  return {
    join() {
      const own = new Map<string, Set<Listener>>();
      members.add(own);
      return {
        ready: true,
        send(topic, payload) {
          const text = JSON.stringify(payload);
          setImmediate(() => {
            for (const member of members) if (member !== own) for (const listener of member.get(topic) ?? []) listener(JSON.parse(text));
          });
        },
        listen(topic, listener) {
          const listeners = own.get(topic) ?? new Set();
          own.set(topic, listeners.add(listener));
          return () => listeners.delete(listener);
        },
        async close() {
          members.delete(own);
        },
      };
    },
  };
}
