import { logFailure } from "@newfeed/shared/ports/failure-log.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import type { FanOut } from "./fan-out.ts";
import type { LiveStream, LiveStreams } from "./live-streams.ts";
import { isTrimmed } from "./log.ts";
import type { PageReader } from "./page-reader.ts";
import { type EpochOf, resetTo } from "./position.ts";

/** Reads from the log what a stream's followers lack, one read at a time for each stream. Never rejects: the next hint or comparison tries again. */
export type CatchUp = (stream: LiveStream) => Promise<void>;

export interface CatchUpOptions {
  live: LiveStreams;
  pages: Pick<PageReader, "read">;
  fanOut: FanOut;
  epochOf: EpochOf;
  logger: Logger;
}

export function createCatchUp({ live, pages, fanOut, epochOf, logger }: CatchUpOptions): CatchUp {
  /** Entries were trimmed that no follower here has received: they fetch again, and continue from the end of the log. */
  function skipTo(stream: LiveStream, top: number): void {
    fanOut.flush(stream);
    stream.cursor = top;
    for (const connection of stream.followers) connection.reset(resetTo(stream.name, "expired", epochOf(stream.name), top));
  }

  async function readToTheEnd(stream: LiveStream): Promise<void> {
    while (live.get(stream.name) === stream) {
      const { top, entries: read } = await pages.read(stream.name, stream.cursor);
      if (live.get(stream.name) !== stream) return;
      const entries = read.filter((entry) => entry.offset > stream.cursor);
      if (isTrimmed({ top, entries }, stream.cursor)) return skipTo(stream, top);
      fanOut.add(stream, entries);
      // A hint that arrived during the read may name more than was read.
      if (stream.cursor >= top && (stream.cursor >= stream.hinted || read.length === 0)) return;
    }
  }

  async function run(stream: LiveStream): Promise<void> {
    try {
      await readToTheEnd(stream);
    } catch (error) {
      logFailure(logger, "a stream could not be read; the next hint or comparison tries again", error, { stream: stream.name });
    } finally {
      // In the turn that ended the last read: a hint must not find a read that reads no more.
      stream.catchingUp = undefined;
    }
  }

  return (stream) => {
    stream.catchingUp ??= run(stream);
    return stream.catchingUp;
  };
}
