import { setTimeout as sleep } from "node:timers/promises";
import { runJob } from "../ports/context.ts";
import type { Query } from "../ports/database.ts";
import type { Logger } from "../ports/logger.ts";
import { beginReplay, type DeadLetter } from "./dead-letters.ts";

const everyMs = 1_000;

export interface ReplaysOptions {
  query: Query;
  /** Handles a dead letter again; whatever comes of it, it is not to be replayed any more once this resolves. */
  replay(letter: DeadLetter & { starts: number }): Promise<void>;
  logger: Logger;
}

/** Replays the dead letters for which an operator asks, by any process that reaches the database. */
export function startReplays({ query, replay, logger }: ReplaysOptions): { close(): Promise<void> } {
  const closing = new AbortController();
  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      try {
        for (let letter = await beginReplay(query); letter && !closing.signal.aborted; letter = await beginReplay(query)) await replay(letter);
      } catch (error) {
        if (!closing.signal.aborted) logger.debug("dead letters could not be replayed; tried again", { error });
      }
      await sleep(everyMs, undefined, { signal: closing.signal }).catch(() => {});
    }
  }
  const running = runJob("replays", run);
  return {
    async close() {
      closing.abort();
      await running;
    },
  };
}
