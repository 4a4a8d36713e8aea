import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { type Callers, callersOf } from "../feed.ts";
import { freePort } from "../free-port.ts";
import { type FeedProcess, startProcess } from "../process.ts";

/** A feed that can be killed and started again at the same address, while pages are open. */
export interface RestartableFeed extends Callers {
  url: string;
  kill(): Promise<unknown>;
  /** No sooner than elsewhere: a page is opened meanwhile. */
  start(): Promise<void>;
}

/** For one test file. */
export function setRestartableFeed(): RestartableFeed {
  const directory = mkdtempSync(join(tmpdir(), "newfeed-web-"));
  let port = 0;
  let running: FeedProcess;
  const feed = {
    kill: () => running.signal("SIGKILL"),
    async start() {
      // Beside other tests, and after a kill, PostgreSQL may take a while to recover.
      running = await startProcess(directory, { NODE_COMPILE_CACHE: "", PORT: String(port) }, [], undefined, 120_000);
    },
  } as RestartableFeed;
  beforeAll(async () => {
    port = await freePort();
    await feed.start();
    Object.assign(feed, { url: running.url }, callersOf(running.url));
  });
  afterAll(async () => {
    await running.signal("SIGTERM");
    rmSync(directory, { recursive: true, force: true });
  });
  return feed;
}
