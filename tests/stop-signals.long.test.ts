import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "./support/free-port.ts";
import { type FeedProcess, startProcess } from "./support/process.ts";
import { isAlive } from "./support/processes.ts";

let directory: string;
let feed: FeedProcess | undefined;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "newfeed-stop-"));
});
afterEach(async () => {
  await feed?.signal("SIGKILL");
  feed = undefined;
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const postgresPid = () => Number(readFileSync(join(directory, "postgres/data/postmaster.pid"), "utf8").split("\n")[0]);

describe.skipIf(process.platform === "win32")("a signal to the process group, which npm passes on as well,", () => {
  test.each([
    ["npm start", "SIGTERM"],
    ["npm start", "SIGINT"],
    ["npm start", "SIGHUP"],
    ["npm dev", "SIGTERM"],
    ["npm dev", "SIGINT"],
  ] as const)(
    "is one request to stop: %s, %s",
    async (script, signal) => {
      feed = await startProcess(directory, {}, script === "npm dev" ? ["--port", String(await freePort())] : [], script, 60_000);
      const postgres = postgresPid();
      const code = await feed.signal(signal);
      // npm itself does not outlive its terminal.
      if (signal !== "SIGHUP") expect([code, feed.output().match(/Stopping/g)?.length]).toEqual([0, 1]);
      await eventually(() => expect(isAlive(postgres)).toBe(false), 60_000);
      // PostgreSQL removes it when it is stopped in order.
      expect(() => postgresPid()).toThrow("ENOENT");
    },
    180_000,
  );
});
