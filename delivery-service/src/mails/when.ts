import { endOfQuietHours } from "@newfeed/shared/ports/quiet-hours.ts";

const [second, minute, hour, day] = [1_000, 60_000, 3_600_000, 24 * 3_600_000];

/** For so long what is new waits: who reads it meanwhile gets no mail. */
const heldMs = 30 * second;
/** A group that grows is mailed again after so long. */
const againMs = hour;
/** Before each further attempt; after that, the last one again. */
const delaysMs = [30 * second, 2 * minute, 10 * minute, 30 * minute, hour];
/** Three days of them. */
export const attemptsAtMost = 76;

/** When what is mailed by itself is due, of what was mailed at `endedAt` before. `notBefore`: the end of quiet hours. */
export const dueAtOnce = (now: number, notBefore: string | null, endedAt: Date | null | undefined): Date =>
  new Date(Math.max(now + heldMs, notBefore === null ? 0 : Date.parse(notBefore), endedAt ? endedAt.getTime() + againMs : 0));

const isMonday = (at: number, timeZone: string) => new Intl.DateTimeFormat("en", { timeZone, weekday: "short" }).format(at) === "Mon";

/** When the next digest is due: at eight in the morning, where its reader is; one for a week on a Monday. */
export function dueDigest(now: number, frequency: string, timeZone: string): Date {
  // The hours of the day but the minute from eight on.
  const others = { from: "08:01", to: "08:00", timeZone };
  const next = (at: number) => (endOfQuietHours(others, at) ?? new Date(Math.floor(at / minute) * minute + day)).getTime();
  let at = next(now + minute);
  while (frequency === "weekly" && !isMonday(at, timeZone)) at = next(at + minute);
  return new Date(at);
}

/** When an attempt is made again after so many. Spread by a fifth each way. */
export function retryAt(now: number, attempts: number, random: () => number = Math.random): Date {
  const delay = delaysMs[attempts - 1] ?? hour;
  return new Date(now + Math.round(delay * (0.8 + 0.4 * random())));
}
