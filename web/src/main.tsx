import "./styles/tokens.css";
import "./styles/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { applyTheme } from "./data/theme.ts";

applyTheme();

// A chunk that no longer exists belongs to an older build: the page is reloaded, once.
addEventListener("vite:preloadError", (event) => {
  const last = Number(sessionStorage.getItem("newfeed.reloaded") ?? 0);
  if (Date.now() - last < 30_000) return;
  event.preventDefault();
  sessionStorage.setItem("newfeed.reloaded", String(Date.now()));
  location.reload();
});

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
