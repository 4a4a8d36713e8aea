import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const folder = fileURLToPath(new URL(".", import.meta.url));
let programs: string;
beforeAll(() => {
  // Says what it is asked to do, and where.
  programs = mkdtempSync(join(tmpdir(), "newfeed-programs-"));
  writeFileSync(join(programs, "npm"), '#!/bin/sh\necho "$PWD npm $*"\n');
  chmodSync(join(programs, "npm"), 0o755);
});
afterAll(() => rmSync(programs, { recursive: true }));

test.each([
  ["install-all", "npm ci", "npm ci"],
  ["migrate-all", "npm run migrate --", "npm run migrate --"],
  ["start", "npm start --", "node scripts\\start.mjs"],
])("%s runs what npm runs, from wherever it is called", (name, command, onWindows) => {
  const { stdout, status } = spawnSync(join(folder, `${name}.sh`), ["--seed", "two words"], {
    cwd: tmpdir(),
    env: { PATH: `${programs}:${process.env.PATH}` },
    encoding: "utf8",
  });
  expect([status, stdout]).toEqual([0, `${join(folder, "..")} ${command} --seed two words\n`]);
  expect(readFileSync(join(folder, `${name}.bat`), "utf8")).toBe(`@cd /d "%~dp0.." && ${onWindows} %*\r\n`);
});
