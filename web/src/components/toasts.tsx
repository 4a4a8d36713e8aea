import { lazy, Suspense, useSyncExternalStore } from "react";
import { describeProblem } from "../data/problems.ts";

const load = () => import("./toast-list.tsx");
const ToastList = lazy(async () => ({ default: (await load()).ToastList }));

/** Nothing to say, nothing loaded. */
let wanted = false;
const there = Promise.withResolvers<void>();
const listeners = new Set<() => void>();

async function add(toast: Parameters<Awaited<ReturnType<typeof load>>["toasts"]["add"]>[0]): Promise<void> {
  const { toasts } = await load();
  wanted = true;
  for (const listener of listeners) listener();
  // It hears only what is said once it is there.
  await there.promise;
  toasts.add(toast);
}

/** Says something that needs no answer, for a few seconds; screen readers read it out. */
export const say = (title: string) => void add({ title, timeout: 5_000 });

/** What did not work, and why. */
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
