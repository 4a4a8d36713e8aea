import { createObservable } from "@newfeed/client";
import { useObservable } from "./hooks.ts";

const themeNames = ["system", "light", "dark"] as const;
export type Theme = (typeof themeNames)[number];

const name = "newfeed.theme";

function read(): Theme {
  try {
    const stored = localStorage.getItem(name);
    return themeNames.find((theme) => theme === stored) ?? "system";
  } catch {
    // Storage is forbidden.
    return "system";
  }
}
const theme = createObservable(read());

/** Called before the first paint, and when the theme changes, in every tab. */
export function applyTheme(): void {
  theme.set(read());
  document.documentElement.dataset["theme"] = theme.state;
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

export const useTheme = () => useObservable(theme);
