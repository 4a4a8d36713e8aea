import { lazy, Suspense, useSyncExternalStore } from "react";
import { describeProblem } from "../data/problems.ts";

const load = () => import("./toast-list.tsx");
const ToastList = lazy(async () => ({ default: (await load()).ToastList }));

/** False until there is a first toast: nothing is loaded before. */
let wanted = false;
const there = Promise.withResolvers<void>();
const listeners = new Set<() => void>();

async function add(toast: Parameters<Awaited<ReturnType<typeof load>>["toasts"]["add"]>[0]): Promise<void> {
  const { toasts } = await load();
  wanted = true;
  for (const listener of listeners) listener();
  // It only receives toasts that are added after it has mounted.
  await there.promise;
  toasts.add(toast);
}

/** Shows a message for a few seconds; screen readers read it out. */
export const say = (title: string) => void add({ title, timeout: 5_000 });

/** Shows what failed, and why. */
export const showProblem = (title: string, error: unknown) => void add({ title, description: describeProblem(error), timeout: 9_000, priority: "high" });

export function Toasts() {
  const isWanted = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => wanted,
  );
  return <Suspense>{isWanted && <ToastList onReady={there.resolve} />}</Suspense>;
}
