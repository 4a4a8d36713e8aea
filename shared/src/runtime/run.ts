import type { Express } from "express";
import { Problem } from "../contracts/errors.ts";
import { producersFor, queueOf, queuesBehind } from "../contracts/events.ts";
import { deadLetterRoutesOf } from "../contracts/routes/dead-letters.ts";
import { type DataExamination, examinationRoutes } from "../contracts/routes/examinations.ts";
import { outboxRoutes } from "../contracts/routes/outbox.ts";
import { keptEventRoutes, replayRoutesOf } from "../contracts/routes/replays.ts";
import { type ServiceName, type StoringServiceName, serviceRowOf } from "../contracts/services.ts";
import { createApp } from "../http/app.ts";
import type { HealthCheck } from "../http/health.ts";
import { implement, implementedRoutes } from "../http/implement.ts";
import { createServiceClient } from "../http/service-client.ts";
import { notingRemovals, reportRemovals } from "../jobs/account-removal.ts";
import { readJobBacklog } from "../jobs/backlog.ts";
import { createBulkEvents } from "../jobs/bulk-events.ts";
import type { Job } from "../jobs/job.ts";
import { startTimedJobs, type TimedJob } from "../jobs/timed-jobs.ts";
import { wakeAfterCommit } from "../jobs/wake-after-commit.ts";
import { type JobWorker, startJobWorker } from "../jobs/worker.ts";
import { sampleBacklog } from "../outbox/backlog.ts";
import { createEventHandler } from "../outbox/consumer.ts";
import { deadLetterCalls } from "../outbox/dead-letter-calls.ts";
import { createInHand } from "../outbox/in-hand.ts";
import { type Producers, startReconciliation } from "../outbox/reconciliation.ts";
import { startRelay } from "../outbox/relay.ts";
import { startReplays } from "../outbox/replays.ts";
import { plumbingRetention } from "../outbox/retention.ts";
import { readEventBodies, readSent } from "../outbox/sent-events.ts";
import type { Message } from "../ports/bus.ts";
import type { RawDatabase } from "../ports/database.ts";
import type { HousekeepingJob } from "../ports/housekeeping.ts";
import type { Logger } from "../ports/logger.ts";
import type { HandleEvents, RunningService } from "../ports/service.ts";
import type { ServiceClient } from "../ports/service-client.ts";
import { deletedAuthors } from "../projections/authors.ts";
import { relationJobs, relationRetention } from "../projections/relations.ts";
import { endedSuspensions } from "../projections/suspensions.ts";
import { noticingCommits } from "./commits.ts";
import { checkDatabase } from "./database-health.ts";
import { endsWithin } from "./ends-within.ts";
import { examineData, examineMachine } from "./examination.ts";
import { type Housekeeping, startHousekeeping } from "./housekeeping.ts";
import { type Listener, listen } from "./listen.ts";
import { hasTables, migrate, type PendingMigration, pendingMigrations, plumbingMigrations, projectionMigrations, type Schema } from "./migrate.ts";
import type { Platform } from "./platform.ts";
import { listenForServices } from "./service-grpc.ts";

/** What a service without a database starts with. */
export interface StatelessHost {
  platform: Platform;
  logger: Logger;
  callService: ServiceClient;
  /** Creates this service's Express app. `checks`: what it needs beside its database, the bus and Redis. */
  app: (routes: (app: Express) => void, checks?: Record<string, HealthCheck>) => Express;
}

/** What a service starts with. It gives each of its files only what that file needs. */
export interface ServiceHost extends StatelessHost {
  database: RawDatabase;
  /** Calls this behind each commit of this instance that may have changed something, also of events and jobs. */
  afterCommits: (noticed: () => void) => void;
  /** Wakes the relay after a commit that enqueued something. */
  wake: () => void;
}

export interface ServiceDefinition {
  name: StoringServiceName;
  /** The folder of its migrations. */
  migrations: URL;
  /** The most events of one transaction; 100 by default. */
  batchSize?: number;
  /** The most connections to its database; 8 by default. */
  connections?: number;
  start(host: ServiceHost): Promise<RunningService & { housekeeping?: readonly HousekeepingJob[]; jobs?: readonly Job[]; timedJobs?: readonly TimedJob[] }>;
}

/** A service that keeps nothing: it publishes and consumes no events. */
export interface StatelessServiceDefinition {
  name: Exclude<ServiceName, StoringServiceName>;
  start(host: StatelessHost): Promise<Pick<RunningService, "handle" | "close">>;
}

export interface ServiceRun {
  name: ServiceName;
  service: RunningService;
  housekeeping: Pick<Housekeeping, "jobs" | "close">;
  listener: Listener;
  /** Stops taking requests and events, finishes those in flight, and closes; waits some seconds at most for servers that do not answer. */
  close(announceMs?: number): Promise<void>;
}

const eventsEndWithinMs = 3_000;
const restEndsWithinMs = 2_000;
/** When a service is examined: less than who asks it waits. */
const producersAnswerWithinMs = 3_000;

const keepsPeople = (name: StoringServiceName) => serviceRowOf(name).projections.includes("people");

type OfService = Pick<ServiceDefinition, "name" | "migrations">;

/** What a service's database needs, with the schemas that it is in. */
const migrationsOf = ({ name, migrations }: OfService) => [
  [plumbingMigrations, "newfeed"] as const,
  ...(keepsPeople(name) ? [[projectionMigrations, "projection"] as const] : []),
  [migrations, "public"] as const,
];

async function throughMigrations<T>(
  database: Pick<RawDatabase, "transaction">,
  definition: OfService,
  step: (database: Pick<RawDatabase, "transaction">, directory: URL, schema: Schema) => Promise<T[]>,
): Promise<T[]> {
  await hasTables(database, definition.migrations);
  const all: T[] = [];
  for (const [directory, schema] of migrationsOf(definition)) all.push(...(await step(database, directory, schema)));
  return all;
}

/** Applies a service's migrations. Returns the names of those applied. Throws `ConfigError`, and changes nothing, if the database is another service's or role's. */
export const migrateService = (database: Pick<RawDatabase, "transaction">, definition: OfService): Promise<string[]> =>
  throughMigrations(database, definition, migrate);

/** What `migrateService` would apply. Changes nothing. Throws as it does. */
export const planService = (database: Pick<RawDatabase, "transaction">, definition: OfService): Promise<PendingMigration[]> =>
  throughMigrations(database, definition, pendingMigrations);

/** Of a service: its app with the health checks of `platform` and those given, its upstreams, and the start of its end. */
function openHost(name: ServiceName, platform: Platform) {
  const logger = platform.logger.child({ service: name });
  const stopping = new AbortController();
  const callService = createServiceClient(name, platform.upstreams, platform.internalTokens);
  let running: Express | undefined;
  const app = (routes: (app: Express) => void, checks: Record<string, HealthCheck>, examine: () => Promise<DataExamination | null> = async () => null) => {
    running = createApp({
      service: name,
      instance: platform.config.instance,
      logger,
      verify: (token) => platform.internalTokens.verify(name, token),
      checks: { ...platform.checks, ...checks },
      isDraining: () => stopping.signal.aborted,
      metrics: platform.metrics,
      tracing: platform.tracing,
      metricsToken: platform.config.metricsToken,
      routes(express) {
        implement(express, examinationRoutes(name), {
          async examine() {
            const { instance, dataDirectory } = platform.config;
            const [machine, data] = await Promise.all([examineMachine(dataDirectory), examine()]);
            return { instance, machine, data };
          },
        });
        routes(express);
      },
    });
    return running;
  };
  /** Opens the ports of a service that has started. */
  async function open(service: Pick<RunningService, "handle" | "upgrade" | "everyAnswer">): Promise<Listener> {
    const listener = await listen(service, platform.listenAt(name));
    const grpcAt = platform.listenGrpcAt(name);
    if (!grpcAt || !running) return listener;
    const grpc = await listenForServices({ name, handle: running, routes: implementedRoutes(running), logger }, grpcAt);
    return {
      ...listener,
      async close(options = {}) {
        await Promise.all([listener.close(options), grpc.close(options.graceMs === undefined ? {} : { graceMs: options.graceMs })]);
      },
    };
  }
  return { platform, logger, callService, app, open, stopping };
}

/** Runs one service. */
export const runService = (definition: ServiceDefinition | StatelessServiceDefinition, platform: Platform): Promise<ServiceRun> =>
  "migrations" in definition ? runStoring(definition, platform) : runStateless(definition, platform);

/** Serves its routes. */
async function runStateless({ name, start }: StatelessServiceDefinition, platform: Platform): Promise<ServiceRun> {
  const { logger, callService, app, open, stopping } = openHost(name, platform);
  const service = await start({ platform, logger, callService, app: (routes, checks = {}) => app(routes, checks) });
  const listener = await open(service);
  return {
    name,
    service,
    housekeeping: { jobs: [], close: async () => {} },
    listener,
    async close(announceMs = 0) {
      stopping.abort();
      await listener.close({ announceMs });
      await endsWithin(restEndsWithinMs, service.close());
    },
  };
}

/** Migrates its database, then serves its routes, publishes its outbox and consumes its events. */
async function runStoring(definition: ServiceDefinition, platform: Platform): Promise<ServiceRun> {
  const { name, start, batchSize: prefetch = 100, connections } = definition;
  const { logger, callService, app, open, stopping } = openHost(name, platform);
  let jobs: JobWorker | undefined;
  const noticing: (() => void)[] = [];
  const database = noticingCommits(
    wakeAfterCommit(await platform.openDatabase(name, connections), () => jobs?.wake()),
    () => {
      for (const noticed of noticing) noticed();
    },
  );
  await migrateService(database, definition);

  const producersAsked = (signal?: AbortSignal): Omit<Producers, "query"> => ({
    producers: producersFor(name),
    readSent: (producer, types, after) => callService(outboxRoutes(producer).sentEvents, { body: { types: [...types], after } }, { signal }),
    async readBodies(producer, ids) {
      const { events } = await callService(outboxRoutes(producer).eventBodies, { body: { ids: [...ids] } }, { signal });
      return events.map(({ key = null, ...event }) => ({ ...event, key }));
    },
  });
  const relay = startRelay({ query: database.query, bus: platform.bus, logger, failpoint: platform.failpoint, holder: platform.config.instance });
  const { metrics } = platform;
  const events = metrics.eventsOf(name);
  metrics.sample(() => sampleBacklog(database.query, name));
  metrics.sample(() => readJobBacklog(database.query, name));
  let consuming: ReturnType<typeof consumeEvents> | undefined;
  const service = await start({
    platform,
    logger,
    database,
    afterCommits: (noticed) => noticing.push(noticed),
    wake: relay.wake,
    callService,
    app: (routes, checks = {}) =>
      app(
        (express) => {
          implement(express, outboxRoutes(name), {
            sentEvents: ({ body }) => readSent(database, body.types, body.after),
            eventBodies: async ({ body }) => ({ events: await readEventBodies(database.query, body.ids) }),
          });
          implement(express, deadLetterRoutesOf(name), deadLetterCalls(database.query));
          if (serviceRowOf(name).replayable)
            implement(express, replayRoutesOf(name), {
              replayEvents: async ({ body: { replayId, ids } }) => {
                if (!consuming) throw new Problem("service_unavailable", { internal: "it does not consume yet" });
                const { events } = await callService(keptEventRoutes.keptEvents, { body: { ids } });
                return { handled: events.length, failed: await consuming.handleAgain(events, replayId) };
              },
            });
          routes(express);
        },
        { database: () => checkDatabase(database), bus: () => platform.bus.check(), ...checks },
        () => examineData({ query: database.query, ...producersAsked(AbortSignal.timeout(producersAnswerWithinMs)) }),
      ),
  });
  const listener = await open(service);
  const { query } = database;
  const housekeeping = startHousekeeping({
    service: name,
    jobs: [
      ...plumbingRetention(database),
      ...(keepsPeople(name)
        ? [...relationRetention(database), deletedAuthors("deleted_author_copies", database), endedSuspensions("ended_suspension_copies", database)]
        : []),
      ...(service.housekeeping ?? []),
    ],
    logger,
    metrics: metrics.housekeepingOf(name),
  });
  metrics.sample(housekeeping.sample);
  jobs = startJobWorker({
    database,
    jobs: [...(service.jobs ?? []), ...(keepsPeople(name) ? relationJobs : [])],
    bulkEvents: createBulkEvents({ query: database.query, bus: platform.bus, queues: queuesBehind(name), wake: relay.wake, logger }),
    reportRemovals: () => reportRemovals(database, name),
    logger,
    holder: platform.config.instance,
  });

  const timedJobs = startTimedJobs({ database, jobs: service.timedJobs ?? [], wake: relay.wake, logger });

  consuming = service.handleEvents && consumeEvents(service.handleEvents);

  function consumeEvents(handleEvents: HandleEvents) {
    const handler = createEventHandler({
      database,
      handleEvents: notingRemovals(name, handleEvents),
      logger,
      metrics: events,
      failpoint: platform.failpoint,
      wake: relay.wake,
      signal: stopping.signal,
    });
    const inHand = createInHand(query, platform.config.instance, logger);
    const handle = (batch: readonly Message[]) => inHand.during(batch, () => handler.handle(batch));
    const { batchDelayMs = 0 } = serviceRowOf(name);
    const consumer = platform.bus.consume(queueOf(name), { prefetch, batchDelayMs }, { handle, deadLetter: handler.deadLetter });
    const replays = startReplays({ query, replay: handler.replay, logger });
    const reconciliation = startReconciliation({
      query,
      holder: platform.config.instance,
      ...producersAsked(),
      handle,
      inHand,
      ...(!platform.bus.inOrder && { isQueueEmpty: async () => (await platform.bus.waiting(queueOf(name))) === 0 }),
      logger,
      metrics: events,
    });
    return { handleAgain: handler.handleAgain, close: () => Promise.all([consumer.close(), reconciliation.close(), replays.close()]) };
  }

  return {
    name,
    service,
    housekeeping,
    listener,
    async close(announceMs = 0) {
      stopping.abort();
      // Of events in hand that wait for a server that does not answer, the transaction is rolled back when the database closes, and they come again.
      const drained = endsWithin(eventsEndWithinMs, Promise.all([consuming?.close(), jobs?.close(), timedJobs.close()])).then(() => service.drain?.());
      await Promise.all([drained, listener.close({ announceMs })]);
      await endsWithin(restEndsWithinMs, Promise.all([service.close(), housekeeping.close()]));
      await endsWithin(restEndsWithinMs, relay.close());
    },
  };
}
