import { logFailure } from "@newfeed/shared/ports/failure-log.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import type { CatchUp } from "./catch-up.ts";
import type { LiveStreams } from "./live-streams.ts";

const everyMs = 5_000;
const everyMsWithoutHints = 1_000;

export interface LogComparisonOptions {
  live: LiveStreams;
  applyAccessChanges: () => Promise<void>;
  readTops: (streams: readonly string[]) => Promise<Map<string, number>>;
  /** False while hints from other instances are known not to arrive: then the log is compared more often. */
  hintsArrive: () => boolean;
  catchUp: CatchUp;
  logger: Logger;
}

/** Compares followed streams with the ends of their logs, at intervals with jitter, so that a lost hint costs time only. Returns what stops it. */
export function startLogComparison({ live, applyAccessChanges, readTops, hintsArrive, catchUp, logger }: LogComparisonOptions): () => void {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  async function compare(): Promise<void> {
    try {
      await applyAccessChanges();
      for (const [name, top] of await readTops([...live.keys()])) {
        const stream = live.get(name);
        if (stream && top > stream.cursor) void catchUp(stream);
      }
    } catch (error) {
      logFailure(logger, "followed streams could not be compared with the log", error);
    }
  }
  function schedule(): void {
    if (stopped) return;
    timer = setTimeout(() => void compare().finally(schedule), (hintsArrive() ? everyMs : everyMsWithoutHints) * (0.8 + Math.random() * 0.4));
  }
  schedule();

  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
