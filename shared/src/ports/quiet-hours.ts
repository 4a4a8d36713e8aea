import type { QuietHours } from "../contracts/routes/notification-preferences.ts";

const minute = 60_000;
const day = 24 * 60;

const minutesOf = (clock: string) => {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  return hours * 60 + minutes;
};

/** The minute of the day that clocks show somewhere. */
function localMinute(at: number, timeZone: string): number {
  return minutesOf(new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at));
}

/**
 * When quiet hours end that a time (milliseconds of the epoch) is in; null where it is in none. Where clocks are changed meanwhile,
 * the end is what they show then.
 */
export function endOfQuietHours({ from, to, timeZone }: QuietHours, at: number): Date | null {
  const [begin, end, now] = [minutesOf(from), minutesOf(to), localMinute(at, timeZone)];
  const since = (now - begin + day) % day;
  const lasting = (end - begin + day) % day;
  if (since >= lasting) return null;
  const expected = Math.floor(at / minute) * minute + (lasting - since) * minute;
  // By how much the clocks were changed: an hour at most, forward or back.
  const shown = localMinute(expected, timeZone);
  const shift = ((shown - end + day + day / 2) % day) - day / 2;
  return new Date(Math.max(expected - shift * minute, at + 1));
}
