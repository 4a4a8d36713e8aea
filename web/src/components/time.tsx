import { useSyncExternalStore } from "react";

/** The reader's, as the browser says it. */
const language = navigator.languages;

const short = new Intl.DateTimeFormat(language, { day: "numeric", month: "short" });
const withYear = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", year: "numeric" });
const full = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "short" });

/** One clock for all, which ticks every half minute. */
let minute = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
function subscribe(listener: () => void) {
  listeners.add(listener);
  timer ??= setInterval(() => {
    minute = Date.now();
    for (const each of listeners) each();
  }, 30_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function ago(then: Date, now: number): string {
  const seconds = Math.max(0, (now - then.getTime()) / 1_000);
  if (seconds < 60) return "now";
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)}h`;
  if (seconds < 7 * 86_400) return `${Math.floor(seconds / 86_400)}d`;
  return (then.getFullYear() === new Date(now).getFullYear() ? short : withYear).format(then);
}

/** How long ago; the exact time in its title. */
export function Time({ at }: { at: string }) {
  const then = new Date(at);
  const now = useSyncExternalStore(subscribe, () => minute);
  return (
    <time dateTime={at} title={full.format(then)}>
      {ago(then, now)}
    </time>
  );
}

/** Says so of a text that was changed after it was written. */
export const Edited = ({ at, since }: { at: string; since: string }) =>
  Date.parse(at) > Date.parse(since) && <span title={full.format(new Date(at))}> · edited</span>;

export const monthAndYear = (at: string) => new Intl.DateTimeFormat(language, { month: "long", year: "numeric" }).format(new Date(at));
export const dayAndTime = (at: string) => new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(new Date(at));
