import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/plain.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { isFailedLoad } from "./components/later.tsx";
import { applyTheme } from "./data/theme.ts";

applyTheme();
// Pages are served with a slash at their end, too; their own addresses have none.
if (/.\/$/.test(location.pathname)) history.replaceState(history.state, "", location.pathname.replace(/\/+$/, "") + location.search + location.hash);

const onCaughtError = (error: unknown) => {
  if (!isFailedLoad(error)) reportError(error);
};

createRoot(document.getElementById("root") as HTMLElement, { onCaughtError }).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
