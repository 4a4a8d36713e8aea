import "./styles/tokens.css";
import "./styles/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { isFailedLoad } from "./components/later.tsx";
import { applyTheme } from "./data/theme.ts";

applyTheme();

const onCaughtError = (error: unknown) => {
  if (!isFailedLoad(error)) reportError(error);
};

createRoot(document.getElementById("root") as HTMLElement, { onCaughtError }).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
