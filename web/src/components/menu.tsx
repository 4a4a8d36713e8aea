import { lazy, Suspense, useState } from "react";
import type { MenuProps } from "./open-menu.tsx";

const load = () => import("./open-menu.tsx").then((module) => ({ default: module.OpenMenu }));
const OpenMenu = lazy(load);

/** A button that opens a list of actions, which is loaded on hover or focus. */
export function Menu({ label, children, actions, className = "icon-button" }: MenuProps) {
  const [opened, setOpened] = useState(false);
  const button = (
    <button
      type="button"
      className={className}
      aria-label={label}
      aria-haspopup="menu"
      aria-expanded={false}
      onPointerEnter={() => void load()}
      onFocus={() => void load()}
      onClick={() => setOpened(true)}
    >
      {children}
    </button>
  );
  if (!opened) return button;
  return (
    <Suspense fallback={button}>
      <OpenMenu label={label} actions={actions} className={className}>
        {children}
      </OpenMenu>
    </Suspense>
  );
}
