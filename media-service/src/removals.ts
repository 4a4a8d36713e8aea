import type { Logger } from "@newfeed/shared/ports/logger.ts";
import type { MediaStore } from "@newfeed/shared/ports/media-store.ts";
import type { Store } from "./store.ts";

const batch = 100;
const retryAfterMs = 10 * 60_000;

export interface Removals {
  /** Something is due now. */
  nudge(): void;
  /** Works off all that is due; what the store refuses is tried again ten minutes later. */
  run(): Promise<void>;
  /** Resolves when the run in hand has stopped. */
  close(): Promise<void>;
}

/** Takes files out of the store whose removal was committed. Several instances may do so at once: removing is idempotent. */
export function createRemovals(
  store: Pick<Store, "dueRemovals" | "removalDone" | "postponeRemoval">,
  files: Pick<MediaStore, "remove">,
  logger: Logger,
): Removals {
  let running: Promise<void> | undefined;
  let again = false;
  let closed = false;

  async function workOff(): Promise<void> {
    do {
      again = false;
      for (let due = await store.dueRemovals(batch); due.length > 0 && !closed; due = await store.dueRemovals(batch))
        for (const { path, kind } of due) {
          if (closed) return;
          try {
            await files.remove(path, kind);
            await store.removalDone(path);
          } catch (error) {
            logger.warn("a file stays in the media store for now", { error, path });
            await store.postponeRemoval(path, new Date(Date.now() + retryAfterMs));
          }
        }
    } while (again && !closed);
  }

  function run(): Promise<void> {
    again = true;
    running ??= workOff().finally(() => {
      running = undefined;
    });
    return running;
  }

  return {
    run,
    nudge() {
      run().catch((error: unknown) => logger.warn("removals stopped; housekeeping goes on with them", { error }));
    },
    async close() {
      closed = true;
      // Its failure was logged, and what it left undone is still due.
      await running?.catch(() => {});
    },
  };
}
