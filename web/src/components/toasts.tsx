import { createObservable } from "@newfeed/client";
import { X } from "lucide-react";
import { useEffect, useState } from "react";
import { useObservable } from "../data/hooks.ts";
import { describeProblem } from "../data/problems.ts";
import { t } from "../texts/texts.ts";
import "./toasts.css";

interface Toast {
  id: number;
  title: string;
  description?: string;
  action?: { label: string; act: () => void };
  milliseconds: number;
}

/** More are too many to read: the oldest goes. */
const most = 3;
const shown = createObservable<readonly Toast[]>([]);
let last = 0;

function add(toast: Omit<Toast, "id">): void {
  last += 1;
  shown.set([...shown.state, { id: last, ...toast }].slice(-most));
}
const close = (id: number) => shown.set(shown.state.filter((toast) => toast.id !== id));

/** Shows a message for a few seconds; screen readers read it out. */
export const say = (title: string) => add({ title, milliseconds: 5_000 });

/** Shows what failed, and why. */
export const showProblem = (title: string, error: unknown) => add({ title, description: describeProblem(error), milliseconds: 9_000 });

/** Offers something, until the user takes it or closes the message. */
export const offer = (title: string, label: string, act: () => void) => add({ title, action: { label, act }, milliseconds: Number.POSITIVE_INFINITY });

/** Part of the first load, since toasts say, too, that something could not be loaded. */
export function Toasts() {
  return (
    <section className="toasts" aria-label={t.shell.messages} aria-live="polite">
      {useObservable(shown).map((toast) => (
        <OneToast key={toast.id} toast={toast} />
      ))}
    </section>
  );
}

function OneToast({ toast: { id, title, description, action, milliseconds } }: { toast: Toast }) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held || milliseconds === Number.POSITIVE_INFINITY) return;
    const timer = setTimeout(() => close(id), milliseconds);
    return () => clearTimeout(timer);
  }, [held, id, milliseconds]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: being looked at or focused only delays its end
    <div
      className="toast"
      role={description ? "alert" : undefined}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <div>
        <b>{title}</b>
        {description && <p>{description}</p>}
      </div>
      {action && (
        <button
          type="button"
          className="toast__action"
          onClick={() => {
            close(id);
            action.act();
          }}
        >
          {action.label}
        </button>
      )}
      <button type="button" className="icon-button toast__close" aria-label={t.common.close} onClick={() => close(id)}>
        <X size={18} aria-hidden />
      </button>
    </div>
  );
}
