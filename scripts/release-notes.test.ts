import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const script = fileURLToPath(new URL("release-notes.mjs", import.meta.url));
const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };
const directory = mkdtempSync(join(tmpdir(), "newfeed-notes-"));
afterAll(() => rmSync(directory, { recursive: true }));

const notes = (tag: string, changelog: string) => {
  const file = join(directory, "CHANGELOG.md");
  writeFileSync(file, changelog);
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, tag, file], { encoding: "utf8" });
  return { status, text: status === 0 ? stdout : stderr };
};
const written = `# Changelog\n\n## [9.9.9] - 2026-12-01\n\n- Newer.\n\n## [${version}] - 2026-11-30\n\n### Added\n\n- Posts.\n\n## [0.0.9] - 2026-01-01\n\n- Older.\n\n[0.0.9]: x\n`;

test("a version's notes are its section of the changelog, and no other's", () => {
  expect(notes(`v${version}`, written)).toEqual({ status: 0, text: "### Added\n\n- Posts.\n" });
});

test.each([
  ["v9.9.9", written, `the tag is 9.9.9, package.json has ${version}`],
  ["main", written, "usage:"],
  [`v${version}`, "# Changelog\n", `has no section [${version}]`],
  [`v${version}`, `## [${version}] - unreleased\n\n- Posts.\n`, "has no date"],
  [`v${version}`, `## [${version}] - 2026-11-30\n\n`, "nothing is written"],
])("a release of %s stops when its notes are not ready", (tag, changelog, reason) => {
  const { status, text } = notes(tag, changelog);
  expect(status).toBe(1);
  expect(text).toContain(reason);
});

test("the changelog of this repository has a section for its version", () => {
  expect(readFileSync(new URL("../CHANGELOG.md", import.meta.url), "utf8")).toContain(`\n## [${version}] - `);
});
