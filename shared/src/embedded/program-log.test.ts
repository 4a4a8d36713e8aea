import { mkdtempSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openProgramLog } from "./program-log.ts";

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "newfeed-log-"));
  file = join(directory, "program.log");
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(directory, { recursive: true });
});

test("a log says what was printed since it was opened, and is private", () => {
  const first = openProgramLog(file);
  writeSync(first.descriptor, "of the first\n");
  first.close();
  const second = openProgramLog(file);
  expect(second.printed()).toBe("");
  writeSync(second.descriptor, "of the second\n");
  expect(second.printed()).toBe("of the second\n");
  expect(readFileSync(file, "utf8")).toBe("of the first\nof the second\n");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  second.close();
});

test("a log that has grown is moved aside while its program goes on writing", () => {
  const log = openProgramLog(file, 1_000);
  const write = (text: string) => writeSync(log.descriptor, `${text.repeat(1_000)}\n`);
  write("a");
  vi.advanceTimersByTime(20_000);
  expect(readFileSync(file, "utf8")).toBe("");
  expect(readFileSync(`${file}.1`, "utf8")).toMatch(/^a+\n$/);
  write("b");
  expect(readFileSync(file, "utf8")).toMatch(/^b+\n$/);
  expect(log.printed()).toMatch(/^b+\n$/);
  log.close();
  // At the next start, too.
  openProgramLog(file, 1_000).close();
  expect(readFileSync(`${file}.1`, "utf8")).toMatch(/^b+\n$/);
  expect(readFileSync(file, "utf8")).toBe("");
});
