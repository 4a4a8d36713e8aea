import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { callersOf } from "./support/feed.ts";
import { type FeedProcess, startProcess } from "./support/process.ts";
import { upload } from "./support/uploads.ts";

let folder: string;
let data: string;
let feed: FeedProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "newfeed-private-"));
  data = join(folder, "data");
});
afterEach(async () => {
  await feed?.signal("SIGTERM");
  feed = undefined;
  rmSync(folder, { recursive: true, force: true });
});

/** Files that other users of the machine can read, and folders that they can list, below a folder that they can pass through. */
function readableByOthers(directory: string): string[] {
  const { mode } = statSync(directory);
  const listed = (mode & 0o004) === 0 ? [] : [directory];
  if ((mode & 0o001) === 0) return listed;
  return listed.concat(
    readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return readableByOthers(path);
      return entry.isFile() && (statSync(path).mode & 0o004) !== 0 ? [path] : [];
    }),
  );
}

/** Names of the variables in a process's environment. */
const variablesOf = (pid: string) =>
  readFileSync(`/proc/${pid}/environ`, "utf8")
    .split("\0")
    .filter(Boolean)
    .map((variable) => variable.split("=")[0]);

describe.skipIf(process.platform === "win32")("the data folder", () => {
  test("is nobody else's: neither uploads nor secrets nor the database, which inherits no secrets either", async () => {
    const own = { INTERNAL_TOKEN_SECRET: "a secret of thirty-two characters", METRICS_TOKEN: "a token of the metrics", PGOPTIONS: "-c work_mem=64MB" };
    feed = await startProcess(data, own);
    await upload(await callersOf(feed.url).person("alice"));
    const files = readdirSync(join(data, "media"), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThan(0);
    for (const { parentPath, name } of files) expect(statSync(join(parentPath, name)).mode & 0o777, name).toBe(0o600);
    expect(readableByOthers(data)).toEqual([]);

    if (process.platform !== "linux") return;
    const names = variablesOf(readFileSync(join(data, "postgres/data/postmaster.pid"), "utf8").split("\n")[0] ?? "");
    expect(names).toEqual(expect.arrayContaining(["PATH", "LC_ALL"]));
    for (const name of ["INTERNAL_TOKEN_SECRET", "METRICS_TOKEN", "PGOPTIONS", "NEWFEED_DATA_DIR", "NODE_ENV"]) expect(names).not.toContain(name);
  });

  test("of an older version, with uploads that all could read, is closed by the next start", async () => {
    const shard = join(data, "media", "ab");
    mkdirSync(shard, { recursive: true, mode: 0o755 });
    writeFileSync(join(shard, "upload.jpg"), "a picture", { mode: 0o644 });
    expect(readableByOthers(data)).toContain(join(shard, "upload.jpg"));
    feed = await startProcess(data);
    expect(readableByOthers(data)).toEqual([data]);
  });
});
