import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { footprintOf } from "../scripts/bench/footprint.ts";
import { feedOptions } from "../scripts/node.mjs";
import { callersOf } from "./support/feed.ts";
import { type FeedProcess, startProcess } from "./support/process.ts";

/** Without what the tests' own processes have. */
const asOperated = { NODE_ENV: "", NODE_COMPILE_CACHE: "", NODE_OPTIONS: feedOptions.join(" ") };
const onLinux = process.platform === "linux";

describe.runIf(onLinux)("the whole feed in one process", () => {
  let directory: string;
  let feed: FeedProcess;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "newfeed-footprint-"));
    feed = await startProcess(directory, asOperated);
  });
  afterAll(async () => {
    await feed.signal("SIGTERM");
    rmSync(directory, { recursive: true, force: true });
  });

  test("is ready within four seconds, on an existing database", async () => {
    let best = Number.POSITIVE_INFINITY;
    // Other tests share the processors, so the best of several attempts counts.
    for (let attempt = 0; attempt < 4 && best >= 4; attempt++) {
      await feed.signal("SIGTERM");
      feed = await startProcess(directory, asOperated);
      best = Math.min(best, Number(/NewFeed ready .*\((\d+\.\d) s\)/.exec(feed.output())?.[1]));
    }
    process.stderr.write(`ready after ${best} s\n`);
    expect(best).toBeLessThan(4);
  });

  test("idles under 350 MB, PostgreSQL included", async () => {
    await callersOf(feed.url).person("alice");
    expect(feed.child.pid).toBeDefined();
    let megabytes = Number.POSITIVE_INFINITY;
    // What starting took is given back once there is nothing to do, which is later where other tests have the processors.
    await eventually(() => {
      megabytes = footprintOf(feed.child.pid as number);
      expect(megabytes).toBeGreaterThan(50);
      expect(megabytes).toBeLessThan(350);
    }, 150_000).finally(() => process.stderr.write(`${Math.round(megabytes)} MB (sum of PSS)\n`));
  }, 180_000);
});
