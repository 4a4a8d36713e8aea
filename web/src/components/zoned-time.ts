const minuteMs = 60_000;

/** How far a time zone is ahead of UTC at a moment, in milliseconds. */
function offsetAt(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat("en", {
    ...{ timeZone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric" },
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((each) => each.type === type)?.value);
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute")) - Math.floor(at / minuteMs) * minuteMs;
}

/** What a clock in a time zone shows at a moment: `2026-01-31T18:00`, as date fields have it. */
export const clockAt = (at: number, timeZone: string): string => new Date(at + offsetAt(at, timeZone)).toISOString().slice(0, 16);

/** When a clock in a time zone shows this. Of an hour that is there twice, the first; one that is skipped is taken as if it were not. */
export function momentOf(clock: string, timeZone: string): number {
  const asUtc = Date.parse(`${clock}Z`);
  const before = asUtc - offsetAt(asUtc - 12 * 60 * minuteMs, timeZone);
  const after = asUtc - offsetAt(asUtc + 12 * 60 * minuteMs, timeZone);
  return [before, after].find((at) => clockAt(at, timeZone) === clock) ?? before;
}
