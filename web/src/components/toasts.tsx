import { createObservable } from "@newfeed/client";
import { lazy, Suspense } from "react";
import { useObservable } from "../data/hooks.ts";
import { describeProblem } from "../data/problems.ts";

const load = () => import("./toast-list.tsx");
const ToastList = lazy(async () => ({ default: (await load()).ToastList }));

/** False until there is a first toast: nothing is loaded before. */
const isWanted = createObservable(false);
const mounted = Promise.withResolvers<void>();

async function add(toast: Parameters<Awaited<ReturnType<typeof load>>["toasts"]["add"]>[0]): Promise<void> {
  const { toasts } = await load();
  isWanted.set(true);
  // It only receives toasts that are added after it has mounted.
  await mounted.promise;
  toasts.add(toast);
}

/** Shows a message for a few seconds; screen readers read it out. */
export const say = (title: string) => void add({ title, timeout: 5_000 });

/** Shows what failed, and why. */
export const showProblem = (title: string, error: unknown) => void add({ title, description: describeProblem(error), timeout: 9_000, priority: "high" });

export function Toasts() {
  const isShown = useObservable(isWanted);
  return <Suspense>{isShown && <ToastList onReady={mounted.resolve} />}</Suspense>;
}
