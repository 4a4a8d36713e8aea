import { expect, test } from "vitest";
import { clockAt, momentOf } from "./zoned-time.ts";

test.each([
  ["in winter", "2026-01-31T18:00", "Europe/Berlin", "2026-01-31T17:00:00.000Z"],
  ["in summer", "2026-07-31T18:00", "Europe/Berlin", "2026-07-31T16:00:00.000Z"],
  ["before the clocks change", "2026-10-25T01:30", "Europe/Berlin", "2026-10-24T23:30:00.000Z"],
  ["in the hour that is there twice", "2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30:00.000Z"],
  ["in the hour that is not there", "2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:30:00.000Z"],
  ["after it", "2026-03-29T03:30", "Europe/Berlin", "2026-03-29T01:30:00.000Z"],
  ["by half an hour", "2026-01-31T18:00", "Asia/Kolkata", "2026-01-31T12:30:00.000Z"],
  ["on another day", "2026-01-01T09:00", "Pacific/Kiritimati", "2025-12-31T19:00:00.000Z"],
])("a clock %s says when", (_when, clock, zone, moment) => {
  expect(new Date(momentOf(clock, zone)).toISOString()).toBe(moment);
});

test("a moment is what the clock shows then", () => {
  expect(clockAt(Date.parse("2026-07-31T16:05:59.000Z"), "Europe/Berlin")).toBe("2026-07-31T18:05");
});
