import { Menu as Base } from "@base-ui/react/menu";
import { type ReactNode, useEffect, useRef } from "react";
import "./menu.css";

export interface MenuAction {
  label: string;
  icon: ReactNode;
  danger?: boolean;
  act: () => void;
}

export interface MenuProps {
  label: string;
  children: ReactNode;
  actions: MenuAction[];
  className?: string;
  /** Called when the pointer or the focus comes to it: what its actions need is fetched then. */
  approach?: (() => void) | undefined;
  /** The shortcut that opens it. */
  shortcut?: string;
}

interface OpenProps extends MenuProps {
  /** The first action has the focus, as where a key has opened the menu. */
  byKey: boolean;
}

/** The menu itself, loaded when the first one opens. */
export function OpenMenu({ label, children, actions, className, byKey }: OpenProps) {
  const popup = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const frame = byKey ? requestAnimationFrame(() => popup.current?.querySelector<HTMLElement>('[role="menuitem"]')?.focus()) : 0;
    return () => cancelAnimationFrame(frame);
  }, [byKey]);
  return (
    <Base.Root modal={false} defaultOpen>
      <Base.Trigger className={className} aria-label={label}>
        {children}
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner className="menu__positioner" sideOffset={6} align="end">
          <Base.Popup ref={popup} className="menu">
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
