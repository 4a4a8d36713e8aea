import { setTimeout as sleep } from "node:timers/promises";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import { runJob } from "@newfeed/shared/ports/context.ts";
import { logFailure } from "@newfeed/shared/ports/failure-log.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import type { SecondCopy } from "@newfeed/shared/ports/second-copy.ts";
import type { SearchEngine, SearchIndex } from "../search-index.ts";
import type { EngineQueue } from "./store.ts";

const everyMs = 250;
const longestPauseMs = 5_000;

export interface EngineFeedOptions {
  engine: SearchEngine;
  queue: EngineQueue;
  /** Has the read models rebuilt, and with them the engine's index. */
  requestRebuild(): Promise<unknown>;
  /** Resolves with true where this instance is to do it. */
  hold(): Promise<boolean>;
  logger: Logger;
}

/**
 * Hands what changed on to the engine, in order, as soon as it is committed; while the engine is away, changes wait, and nothing
 * waits for them. An engine without a live copy gets one by a rebuild.
 */
export function startEngineFeed({ engine, queue, requestRebuild, hold, logger }: EngineFeedOptions): { close(): Promise<void> } {
  const closing = new AbortController();
  const { signal } = closing;
  let isLive = false;

  async function feed(): Promise<void> {
    if (!isLive) {
      isLive = await engine.isLive();
      if (!isLive) await requestRebuild();
    }
    for (let some = true; some && !signal.aborted; ) {
      const ofLive = isLive ? await queue.handOver("live", engine.write) : 0;
      const ofCopy = await queue.handOver("copy", engine.write);
      some = (ofLive ?? 0) + (ofCopy ?? 0) > 0;
    }
  }
  async function run(): Promise<void> {
    let pause = everyMs;
    while (!signal.aborted) {
      try {
        if (await hold()) await feed();
        pause = everyMs;
      } catch (error) {
        isLive = false;
        pause = Math.min(pause * 2, longestPauseMs);
        if (!signal.aborted) logFailure(logger, "changes wait for the search engine", error);
      }
      await sleep(pause, undefined, { signal }).catch(() => {});
    }
  }
  const running = runJob("search-engine", run);
  return {
    async close() {
      closing.abort();
      await running;
    },
  };
}

/** Finds posts by the engine, and by another index until the engine has a live copy. */
export const withEngine = (engine: Pick<SearchEngine, "matches">, until: SearchIndex): SearchIndex => ({
  matches: async (query, range) => (await engine.matches(query, range)) ?? until.matches(query, range),
});

/** So few changes may wait when a copy goes live: event handlers wait until the engine has them. */
const mostWaiting = 100;

/** A second copy that has one in the engine, too. Both have all that happened when they go live, the engine's first: until the tables have followed, it gets the same from either. */
export const copyWithEngine = (
  copy: SecondCopy,
  engine: Pick<SearchEngine, "goLive" | "write">,
  queue: Pick<EngineQueue, "waitingForCopy" | "handRest">,
): SecondCopy => ({
  ...copy,
  async goLive() {
    if ((await queue.waitingForCopy()) >= mostWaiting)
      throw new Problem("service_unavailable", { internal: "the search engine does not have all of the copy yet" });
    await copy.goLive(async (query) => {
      const name = await queue.handRest(query, engine.write);
      if (name) await engine.goLive(name);
    });
  },
});
