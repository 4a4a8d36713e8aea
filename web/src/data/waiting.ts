import { createKeyedListeners } from "@newfeed/client";
import { useCallback, useSyncExternalStore } from "react";

const none: ReadonlySet<string> = new Set();

/** Of more, only that there are more is known: what waits for days does not grow. */
const most = 100;

/** Ids of new items that wait to be shown, by their list: in their places, they would move what is being read. */
export function createWaiting() {
  const waiting = new Map<string, ReadonlySet<string>>();
  const listeners = createKeyedListeners();
  const idsOf = (list: string) => waiting.get(list) ?? none;

  function set(list: string, ids: ReadonlySet<string>): void {
    if (ids.size > 0) waiting.set(list, ids);
    else if (!waiting.delete(list)) return;
    listeners.notify(list);
  }

  return {
    add(list: string, id: string): void {
      const ids = idsOf(list);
      if (ids.size < most && !ids.has(id)) set(list, new Set([...ids, id]));
    },
    drop(list: string, id: string): void {
      const ids = idsOf(list);
      if (ids.has(id)) set(list, new Set([...ids].filter((other) => other !== id)));
    },
    clear: (list: string) => set(list, none),
    clearAll(): void {
      for (const list of [...waiting.keys()]) set(list, none);
    },
    has: (list: string, id: string) => idsOf(list).has(id),
    /** More may wait than are known, so that they are to be fetched. */
    isFull: (list: string) => idsOf(list).size >= most,
    use: (list: string) =>
      useSyncExternalStore(
        useCallback((listener) => listeners.subscribe(list, listener), [list]),
        () => idsOf(list),
      ),
  };
}
