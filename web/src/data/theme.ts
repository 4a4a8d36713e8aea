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
export const theme = createObservable(read());

/** As --paper in tokens.css. */
const papers = { light: "#f6f2ec", dark: "#121110" } as const;

/** The browser's own bars have the page's colour. */
function show(wanted: Theme): void {
  document.documentElement.dataset["theme"] = wanted;
  for (const bar of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]'))
    bar.content = papers[wanted === "system" ? (bar.media.includes("dark") ? "dark" : "light") : wanted];
}

/** Called before the first paint, and when the theme changes, in every tab. */
export function applyTheme(): void {
  theme.set(read());
  show(theme.state);
}
addEventListener("storage", (event) => event.key === name && applyTheme());

export function setTheme(next: Theme): void {
  try {
    localStorage.setItem(name, next);
    applyTheme();
  } catch {
    show(next);
  }
}

export const useTheme = () => useObservable(theme);
