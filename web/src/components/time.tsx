import { useSyncExternalStore } from "react";
import { useObservable } from "../data/hooks.ts";
import { type Region, region } from "../data/region.ts";
import { t } from "../texts/texts.ts";

function createFormats({ language, timeZone }: Region) {
  const format = (options: Intl.DateTimeFormatOptions) => {
    const own = language ?? navigator.languages;
    try {
      return new Intl.DateTimeFormat(own, { ...options, ...(timeZone && { timeZone }) });
    } catch {
      // A time zone that this browser does not know.
      return new Intl.DateTimeFormat(own, options);
    }
  };
  const since = (unit: string) => new Intl.NumberFormat(language ?? navigator.languages, { style: "unit", unit, unitDisplay: "narrow" });
  return {
    short: format({ day: "numeric", month: "short" }),
    withYear: format({ day: "numeric", month: "short", year: "numeric" }),
    full: format({ dateStyle: "full", timeStyle: "short" }),
    medium: format({ dateStyle: "medium", timeStyle: "short" }),
    month: format({ month: "long", year: "numeric" }),
    year: format({ year: "numeric" }),
    minutes: since("minute"),
    hours: since("hour"),
    days: since("day"),
  };
}

let made: { of: Region; formats: ReturnType<typeof createFormats> } | undefined;
function formats() {
  if (made?.of !== region.state) made = { of: region.state, formats: createFormats(region.state) };
  return made.formats;
}
function useFormats() {
  useObservable(region);
  return formats();
}

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
  const { minutes, hours, days, short, withYear, year } = formats();
  const seconds = Math.max(0, (now - then.getTime()) / 1_000);
  if (seconds < 60) return t.time.now;
  if (seconds < 3_600) return minutes.format(Math.floor(seconds / 60));
  if (seconds < 86_400) return hours.format(Math.floor(seconds / 3_600));
  if (seconds < 7 * 86_400) return days.format(Math.floor(seconds / 86_400));
  return (year.format(then) === year.format(now) ? short : withYear).format(then);
}

/** How long ago; the exact time in its title. */
export function Time({ at }: { at: string }) {
  const { full } = useFormats();
  const then = new Date(at);
  const now = useSyncExternalStore(subscribe, () => minute);
  return (
    <time dateTime={at} title={full.format(then)}>
      {ago(then, now)}
    </time>
  );
}

/** Says so of a text that was changed after it was written. */
export function Edited({ at, since }: { at: string; since: string }) {
  const { full } = useFormats();
  return Date.parse(at) > Date.parse(since) && <span title={full.format(new Date(at))}> · {t.time.edited}</span>;
}

/** Dates in sentences. What shows them renders again when the account's language or time zone is known. */
export function useDates() {
  const { month, medium } = useFormats();
  return {
    monthAndYear: (at: string) => month.format(new Date(at)),
    dayAndTime: (at: string) => medium.format(new Date(at)),
  };
}
