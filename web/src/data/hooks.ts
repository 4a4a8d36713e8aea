import type { EntityStore, Observable, Revisioned } from "@newfeed/client";
import { useCallback, useSyncExternalStore } from "react";

export const useObservable = <T>(observable: Observable<T>): T => useSyncExternalStore(observable.subscribe, () => observable.state);

/** An item as it is known now: undefined while it is not, null once it was removed. Renders again when that item changes. */
export const useEntity = <T extends Revisioned>(store: EntityStore<T>, id: string): T | null | undefined =>
  useSyncExternalStore(
    useCallback((listener) => store.subscribe(id, listener), [store, id]),
    () => store.get(id),
  );

const onVisibility = (listener: () => void) => {
  document.addEventListener("visibilitychange", listener);
  return () => document.removeEventListener("visibilitychange", listener);
};

/** Can the page be looked at? */
export const useIsVisible = (): boolean => useSyncExternalStore(onVisibility, () => document.visibilityState === "visible");
