import { createLease } from "@newfeed/shared/outbox/lease.ts";
import type { Database } from "@newfeed/shared/ports/database.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import type { Metrics } from "@newfeed/shared/ports/metrics.ts";
import type { SecondCopy } from "@newfeed/shared/ports/second-copy.ts";
import type { Config } from "@newfeed/shared/runtime/config.ts";
import type { SearchIndex } from "../search-index.ts";
import { copyWithEngine, startEngineFeed, withEngine } from "./feed.ts";
import { createEngineQueue } from "./store.ts";

const leaseSeconds = 10;

/** What the service uses of a search engine. */
export interface OpenEngine {
  /** Finds posts by it. */
  index(until: SearchIndex): SearchIndex;
  copy(copy: SecondCopy): SecondCopy;
  checks: Record<string, () => Promise<unknown>>;
  close(): Promise<void>;
}

interface EngineOptions {
  database: Pick<Database, "query" | "transaction">;
  /** Has the read models rebuilt. */
  requestRebuild(): Promise<unknown>;
  logger: Logger;
  metrics: Pick<Metrics, "sample">;
}

/** Opens the engine at `SEARCH_URL`, and has it follow what changes, wherever one instance does. Undefined without a URL. */
export async function openSearchEngine(
  { searchUrl: url, databasePrefix, instance }: Pick<Config, "searchUrl" | "databasePrefix" | "instance">,
  { database, requestRebuild, logger, metrics }: EngineOptions,
): Promise<OpenEngine | undefined> {
  if (!url) return undefined;
  // It takes 25 MB, and is not needed without one.
  const { createOpenSearch } = await import("./opensearch.ts");
  const engine = createOpenSearch({ url, alias: `${databasePrefix}posts` });
  const queue = createEngineQueue(database);
  const lease = createLease(database.query, "search engine", instance, leaseSeconds);
  const feed = startEngineFeed({ engine, queue, requestRebuild, hold: lease.hold, logger });
  metrics.sample(async () => [{ gauge: "newfeed_search_engine_waiting", labels: {}, value: await queue.waiting() }]);
  return {
    index: (until) => withEngine(engine, until),
    copy: (copy) => copyWithEngine(copy, engine, queue),
    checks: { search: engine.check },
    async close() {
      await feed.close();
      await engine.close();
    },
  };
}
