import { isDeepStrictEqual } from "node:util";
import type { LiveInstance } from "@newfeed/shared/contracts/routes/live-instances.ts";
import { requireAuditor, type Viewer } from "@newfeed/shared/ports/call.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { logFailure } from "@newfeed/shared/ports/failure-log.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import { type Counts, noteInstance, readInstances, removeInstance } from "./instance-store.ts";

/** How often it looks whether the counts have changed. */
const looksEveryMs = 2_000;
/** What has not changed is said all the same, three times before one that says nothing more is left out. */
const saysEveryMs = 20_000;

/** Says in the database, now and from time to time, who is connected to this instance. */
export function startReporting(query: Query, name: string, count: () => Counts, logger: Logger): { close(): Promise<void> } {
  const startedAt = new Date();
  let said: { counts: Counts; at: number } | undefined;
  let saying: Promise<void> | undefined;
  async function say(counts: Counts): Promise<void> {
    try {
      await noteInstance(query, name, startedAt, counts);
      said = { counts, at: performance.now() };
    } catch (error) {
      logFailure(logger, "who is connected here could not be said; it is said again soon", error);
    }
  }
  function look(): void {
    const counts = count();
    if (saying || (said && isDeepStrictEqual(said.counts, counts) && performance.now() - said.at < saysEveryMs)) return;
    saying = say(counts).finally(() => {
      saying = undefined;
    });
  }
  look();
  const timer = setInterval(look, looksEveryMs);
  return {
    async close() {
      clearInterval(timer);
      await saying;
      await removeInstance(query, name, startedAt).catch((error: unknown) => logFailure(logger, "this instance is listed for a minute longer", error));
    },
  };
}

/** The instances that clients are connected to. Throws `forbidden`. */
export async function listLiveInstances(query: Query, viewer: Viewer): Promise<LiveInstance[]> {
  requireAuditor(viewer);
  const rows = await readInstances(query);
  return rows.map(({ startedAt, seenAt, ...row }) => ({ ...row, startedAt: startedAt.toISOString(), seenAt: seenAt.toISOString() }));
}
