import { logFailure } from "@newfeed/shared/ports/failure-log.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import type { MediaStore } from "@newfeed/shared/ports/media-store.ts";
import { createDueWork, type DueWork } from "@newfeed/shared/runtime/due-work.ts";
import type { Store } from "./store.ts";

const batch = 100;
const retryAfterMs = 10 * 60_000;

/**
 * Takes files out of the store whose removal was committed; what the store refuses is tried again ten minutes later.
 * Several instances may do so at once: removing is idempotent.
 */
export function createRemovals(
  store: Pick<Store, "dueRemovals" | "removalDone" | "postponeRemoval">,
  files: Pick<MediaStore, "remove">,
  logger: Logger,
): DueWork {
  async function removeSome(stopped: () => boolean): Promise<boolean> {
    const due = await store.dueRemovals(batch);
    for (const { path, kind } of due) {
      if (stopped()) break;
      try {
        await files.remove(path, kind);
        await store.removalDone(path);
      } catch (error) {
        logFailure(logger, "a file stays in the media store for now", error, { path });
        await store.postponeRemoval(path, new Date(Date.now() + retryAfterMs));
      }
    }
    return due.length > 0;
  }
  return createDueWork("media-removals", removeSome, (error) => logFailure(logger, "removals stopped; housekeeping goes on with them", error));
}
