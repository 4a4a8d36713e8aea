import { useSyncExternalStore } from "react";

const themeNames = ["system", "light", "dark"] as const;
export type Theme = (typeof themeNames)[number];

const name = "newfeed.theme";
const listeners = new Set<() => void>();

function read(): Theme {
  try {
    const kept = localStorage.getItem(name);
    return themeNames.find((theme) => theme === kept) ?? "system";
  } catch {
    // Storage is forbidden: like the device, then.
    return "system";
  }
}
let theme = read();

/** Before the first paint, and whenever it changes, in every tab. */
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
