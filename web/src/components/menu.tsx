import { useState } from "react";
import { later } from "./later.tsx";
import type { MenuProps } from "./open-menu.tsx";
import { FloatingFailed } from "./states.tsx";

const load = () => import("./open-menu.tsx");
// What fails here fails again when the menu opens, and is shown then.
const fetchEarly = () => void load().catch(() => {});

interface OpenedProps extends MenuProps {
  byKey: boolean;
  onClose: () => void;
}

const OpenMenu = later<OpenedProps>(async () => (await load()).OpenMenu, {
  waiting: ({ label, className, children }) => (
    <button type="button" className={className} aria-label={label} aria-haspopup="menu" aria-expanded={false}>
      {children}
    </button>
  ),
  failed: ({ label, className, children, onClose }, retry) => (
    <>
      <button type="button" className={className} aria-label={label} aria-haspopup="menu" aria-expanded={false} onClick={retry}>
        {children}
      </button>
      <FloatingFailed retry={retry} close={onClose} />
    </>
  ),
});

/** A button that opens a list of actions, which is loaded on hover or focus. */
export function Menu({ label, children, actions, className = "icon-button", shortcut, approach }: MenuProps) {
  const [opened, setOpened] = useState<"key" | "pointer" | null>(null);
  const onApproach = () => {
    fetchEarly();
    approach?.();
  };
  if (opened)
    return (
      <OpenMenu label={label} actions={actions} className={className} byKey={opened === "key"} onClose={() => setOpened(null)}>
        {children}
      </OpenMenu>
    );
  return (
    <button
      type="button"
      className={className}
      aria-label={label}
      aria-haspopup="menu"
      aria-expanded={false}
      data-key={shortcut}
      onPointerEnter={onApproach}
      onFocus={onApproach}
      onClick={({ detail }) => setOpened(detail === 0 ? "key" : "pointer")}
    >
      {children}
    </button>
  );
}
