import { createKeyedListeners } from "@newfeed/client";
import { useCallback, useSyncExternalStore } from "react";

const none: ReadonlySet<string> = new Set();

/** Ids of new items that wait to be shown, by their list: in their places, they would move what is being read. */
export function createWaiting() {
  const waiting = new Map<string, ReadonlySet<string>>();
  const listeners = createKeyedListeners();

  function set(list: string, ids: ReadonlySet<string>): void {
    if (ids.size > 0) waiting.set(list, ids);
    else if (!waiting.delete(list)) return;
    listeners.notify(list);
  }

  return {
    add: (list: string, id: string) => set(list, new Set([...(waiting.get(list) ?? none), id])),
    drop: (list: string, id: string) => set(list, new Set([...(waiting.get(list) ?? none)].filter((other) => other !== id))),
    clear: (list: string) => set(list, none),
    use: (list: string) =>
      useSyncExternalStore(
        useCallback((listener) => listeners.subscribe(list, listener), [list]),
        () => waiting.get(list) ?? none,
      ),
  };
}
