import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { isFailedLoad } from "./components/later.tsx";
import { applyTheme } from "./data/theme.ts";
import { applyLanguage } from "./texts/texts.ts";

applyTheme();
// Pages are served with a slash at their end, too; their own addresses have none.
if (/.\/$/.test(location.pathname)) history.replaceState(history.state, "", location.pathname.replace(/\/+$/, "") + location.search + location.hash);

const onCaughtError = (error: unknown) => {
  if (!isFailedLoad(error)) reportError(error);
};

// With its texts, so that nothing changes its language in front of the reader. Not awaited at the top: what is fetched later would wait for this file, too.
void applyLanguage().then(() =>
  createRoot(document.getElementById("root") as HTMLElement, { onCaughtError }).render(
    <StrictMode>
      <App />
    </StrictMode>,
  ),
);
