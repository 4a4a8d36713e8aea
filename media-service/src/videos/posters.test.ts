import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findFfmpeg, posterBy } from "./posters.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "newfeed-posters-"));
});
afterAll(() => rm(directory, { recursive: true }));

/** Stands in for ffmpeg, which is not on every machine: a script that is called as ffmpeg is. */
async function standIn(script: string): Promise<string> {
  const folder = await mkdtemp(join(directory, "bin-"));
  await writeFile(join(folder, "ffmpeg"), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, "ffmpeg"), 0o755);
  return folder;
}
const never = new AbortController().signal;
/** Runs until it is killed, without another process. */
const hang = "while :; do :; done";

test("ffmpeg is found in the first folder that has one that can be run", async () => {
  const [first, second] = [await standIn("exit 0"), await standIn("exit 0")];
  await chmod(join(first, "ffmpeg"), 0o644);
  expect(await findFfmpeg([join(directory, "nowhere"), first, second])).toBe(join(second, "ffmpeg"));
  expect(await findFfmpeg([first])).toBeNull();
});

test("it reads the file as what it is, knows none of our variables, and writes where it is told", async () => {
  const folder = await standIn(`for last; do :; done; echo "$* in $PWD with [$(export -p)]" > "$last"`);
  const take = posterBy(join(folder, "ffmpeg"));
  const poster = await take("/uploads/a.mp4", "mp4", directory, never);
  const call = await readFile(poster ?? "", "utf8");
  expect(call).toMatch(/-protocol_whitelist file .*-f mov -i \/uploads\/a\.mp4 .*-frames:v 1/);
  expect(call).toContain(` in ${directory} with`);
  expect(call).not.toMatch(/HOME=|NODE_ENV=/);
  expect(await readFile((await take("/uploads/a.webm", "webm", directory, never)) ?? "", "utf8")).toContain("-f matroska -i /uploads/a.webm");
});

test("what fails, hangs, or cannot be started gives no poster", async () => {
  expect(await posterBy(join(await standIn("exit 1"), "ffmpeg"))("/a.mp4", "mp4", directory, never)).toBeNull();
  expect(await posterBy(join(await standIn(hang), "ffmpeg"), 200)("/a.mp4", "mp4", directory, never)).toBeNull();
  expect(await posterBy(join(directory, "nothing"))("/a.mp4", "mp4", directory, never)).toBeNull();
});

test("it is killed when the client is gone", async () => {
  const leaving = new AbortController();
  const poster = posterBy(join(await standIn(hang), "ffmpeg"))("/a.mp4", "mp4", directory, leaving.signal);
  leaving.abort(new Error("gone"));
  await expect(poster).rejects.toThrow("gone");
});
