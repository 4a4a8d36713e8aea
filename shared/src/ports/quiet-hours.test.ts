import { expect, test } from "vitest";
import { endOfQuietHours } from "./quiet-hours.ts";

const night = { from: "22:00", to: "07:00", timeZone: "Europe/Berlin" };
const endOf = (hours: typeof night, at: string) => endOfQuietHours(hours, Date.parse(at))?.toISOString() ?? null;

test.each([
  ["before they begin", night, "2026-11-28T20:59:59Z", null],
  ["when they begin", night, "2026-11-28T21:00:00Z", "2026-11-29T06:00:00.000Z"],
  ["after midnight", night, "2026-11-29T05:59:30Z", "2026-11-29T06:00:00.000Z"],
  ["when they end", night, "2026-11-29T06:00:00Z", null],
  ["within one day", { ...night, from: "13:00", to: "14:30", timeZone: "UTC" }, "2026-11-28T13:10:00Z", "2026-11-28T14:30:00.000Z"],
  ["in a time zone of half an hour", { ...night, timeZone: "Asia/Kolkata" }, "2026-11-28T16:30:00Z", "2026-11-29T01:30:00.000Z"],
  ["in the night when summer time begins", night, "2026-03-28T22:00:00Z", "2026-03-29T05:00:00.000Z"],
  ["in the night when summer time ends", night, "2026-10-24T22:00:00Z", "2026-10-25T06:00:00.000Z"],
])("quiet hours %s", (_, hours, at, end) => expect(endOf(hours, at)).toBe(end));

test("they end in the future, also where clocks pass over their end", () => {
  const hours = { from: "01:00", to: "02:30", timeZone: "Europe/Berlin" };
  for (let minutes = 0; minutes < 180; minutes += 7) {
    const at = Date.parse("2026-03-29T00:00:00Z") + minutes * 60_000;
    const end = endOfQuietHours(hours, at);
    if (end) expect(end.getTime() - at).toBeGreaterThan(0);
    if (end) expect(endOfQuietHours(hours, end.getTime() + 3_600_000)).toBe(null);
  }
});
