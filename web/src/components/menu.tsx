import { Menu as Base } from "@base-ui/react/menu";
import type { ReactNode } from "react";
import "./menu.css";

export interface MenuAction {
  label: string;
  icon: ReactNode;
  danger?: boolean;
  act: () => void;
}

/** A button that opens a list of actions. */
export function Menu({ label, children, actions, className = "icon-button" }: { label: string; children: ReactNode; actions: MenuAction[]; className?: string }) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger className={className} aria-label={label}>
        {children}
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner className="menu__positioner" sideOffset={6} align="end">
          <Base.Popup className="menu">
            {actions.map(({ label: text, icon, danger, act }) => (
              <Base.Item key={text} className="menu__item" data-danger={danger || undefined} onClick={act}>
                {icon}
                {text}
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
