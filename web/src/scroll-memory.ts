import { useLayoutEffect } from "react";

/** The scroll position of each page in the history, by its entry. */
const places = new Map<string, number>();
let entry = "first";
let isReturning = false;

history.scrollRestoration = "manual";
addEventListener("popstate", () => {
  isReturning = true;
});

const nameOfEntry = () => {
  const state = history.state as { entry?: string } | null;
  if (state?.entry) return state.entry;
  const name = `${Date.now()}.${Math.random()}`;
  history.replaceState({ ...state, entry: name }, "");
  return name;
};

/** Is there a page of this site to go back to? (WHATWG HTML, the navigation API; browsers without it: since the page was loaded.) */
export function canGoBack(): boolean {
  const { navigation } = globalThis as { navigation?: { canGoBack: boolean } };
  return navigation?.canGoBack ?? places.size > 1;
}

/** Smoothly, unless the reader wants no motion. */
export const scrollBehavior = (): ScrollBehavior => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth");

export const scrollToTop = (): void => scrollTo({ top: 0, behavior: scrollBehavior() });

/** A new page starts at its top; going back restores the position. */
export function useScrollMemory(path: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path is what changes it
  useLayoutEffect(() => {
    entry = nameOfEntry();
    const place = isReturning ? (places.get(entry) ?? 0) : 0;
    isReturning = false;
    scrollTo(0, place);
    const note = () => places.set(entry, scrollY);
    addEventListener("scroll", note, { passive: true });
    return () => removeEventListener("scroll", note);
  }, [path]);
}
