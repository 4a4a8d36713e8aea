import { useSyncExternalStore } from "react";

const themeNames = ["system", "light", "dark"] as const;
export type Theme = (typeof themeNames)[number];

const name = "newfeed.theme";
const listeners = new Set<() => void>();

function read(): Theme {
  try {
    const stored = localStorage.getItem(name);
    return themeNames.find((theme) => theme === stored) ?? "system";
  } catch {
    // Storage is forbidden.
    return "system";
  }
}
let theme = read();

/** Called before the first paint, and when the theme changes, in every tab. */
export function applyTheme(): void {
  theme = read();
  document.documentElement.dataset["theme"] = theme;
  for (const listener of listeners) listener();
}
addEventListener("storage", (event) => event.key === name && applyTheme());

export function setTheme(next: Theme): void {
  try {
    localStorage.setItem(name, next);
    applyTheme();
  } catch {
    document.documentElement.dataset["theme"] = next;
  }
}

export const useTheme = () =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => theme,
  );
