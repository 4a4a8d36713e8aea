import { replayRoutesOf } from "@newfeed/shared/contracts/routes/replays.ts";
import { logFailure } from "@newfeed/shared/ports/failure-log.ts";
import type { ServiceDefinition } from "@newfeed/shared/runtime/run.ts";
import { alertOfLate, createDeletionStore } from "./deletions/store.ts";
import { createHandlers } from "./handlers.ts";
import { startReplays } from "./replays/runner.ts";
import { createReplayStore } from "./replays/store.ts";
import { eventServiceRoutes } from "./routes.ts";
import { createStore, emptyBodies, retention } from "./store.ts";
import { createTails } from "./transports/tail.ts";

/** Every event, kept for audits, for finding faults and for rebuilding. */
export const eventService: ServiceDefinition = {
  name: "event-service",
  migrations: new URL("../prisma/migrations/", import.meta.url),
  // Nobody waits for what is kept: many events go into one transaction.
  batchSize: 500,
  // It consumes one batch at a time, and few look things up.
  connections: 5,
  async start({ platform, database, logger, callService, app }) {
    const store = createStore(database);
    const tails = createTails({ store });
    const replays = createReplayStore(database);
    const deletions = createDeletionStore(database);
    platform.metrics.sample(deletions.samples);
    const { eventDays } = platform.config.retention;
    const running = startReplays({
      replays,
      events: store,
      send: (consumer, replayId, ids) => callService(replayRoutesOf(consumer).replayEvents, { body: { replayId, ids: [...ids] } }),
      failed: (error) => logFailure(logger, "a replay waits", error),
    });
    return {
      handle: app((routes) => eventServiceRoutes(routes, { store, tails, replays, deletions, wake: running.wake, callService })),
      handleEvents: createHandlers(eventDays),
      housekeeping: [...retention(database, eventDays), ...replays.retention(), ...deletions.retention(eventDays)],
      jobs: [emptyBodies],
      timedJobs: [alertOfLate(logger)],
      drain: async () => tails.close(),
      close: running.close,
    };
  },
};
