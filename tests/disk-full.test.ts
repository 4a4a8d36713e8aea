import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createPost } from "./support/comments.ts";
import { callersOf } from "./support/feed.ts";
import { type FeedProcess, startProcess } from "./support/process.ts";

let directory: string;
let mounted = false;
let feed: FeedProcess | undefined;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "newfeed-full-"));
  mkdirSync(join(directory, "postgres"), { mode: 0o700 });
  mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=400m", "tmpfs", join(directory, "postgres")], { stdio: "ignore" }).status === 0;
});
afterEach(async () => {
  await feed?.signal("SIGTERM");
  if (mounted) execFileSync("umount", ["-l", join(directory, "postgres")]);
  rmSync(directory, { recursive: true, force: true });
});

/** Takes all space that is left beside PostgreSQL's data. Returns a function that gives it back. */
function fillDisk(): () => void {
  const file = join(directory, "postgres/filler");
  const handle = openSync(file, "w");
  for (const size of [2 ** 20, 4096])
    try {
      for (;;) writeSync(handle, Buffer.alloc(size));
    } catch (error) {
      expect(error).toMatchObject({ code: "ENOSPC" });
    }
  closeSync(handle);
  return () => rmSync(file);
}

test("writes that a full disk refuses succeed within seconds once there is room", async ({ skip }) => {
  if (!mounted) return skip("no file system can be mounted here");
  feed = await startProcess(directory);
  const { url } = feed;
  const alice = await callersOf(url).person("alice");
  const postId = await createPost(alice);
  const write = async () => (await alice.post(`/api/v1/posts/${postId}/comments`, { content: "word ".repeat(180) })).status;
  expect(await write()).toBe(201);
  const makeRoom = fillDisk();
  const accepted = [201];
  const stateOf = async () => {
    const { body } = await callersOf(url).call("GET", "/health/circuit-breakers");
    return body.breakers.find(({ service }: { service: string }) => service === "comment-service").state;
  };
  await eventually(async () => {
    const status = await write();
    if (status === 201) accepted.push(status);
    else expect(status).toBe(503);
    expect(await stateOf()).toBe("open");
  }, 30_000);
  makeRoom();
  // Its time would be half a minute.
  await eventually(async () => expect(await write()).toBe(201), 15_000);
  expect((await alice.get(`/api/v1/posts/${postId}/comments?limit=100`)).body.data).toHaveLength(accepted.length + 1);
}, 120_000);
