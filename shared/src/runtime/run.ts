import type { Express } from "express";
import { queueOf, type ServiceName } from "../contracts/events.ts";
import { createApp } from "../http/app.ts";
import { callRoute, type ServiceClient } from "../http/client.ts";
import { reactionHandler } from "../outbox/consumer.ts";
import { startHousekeeping } from "../outbox/housekeeping.ts";
import { startRelay } from "../outbox/relay.ts";
import type { Database } from "../ports/database.ts";
import type { Logger } from "../ports/logger.ts";
import type { RunningService } from "../ports/service.ts";
import { type Listener, listen } from "./listen.ts";
import { migrate, plumbingMigrations, projectionMigrations } from "./migrate.ts";
import type { Platform } from "./platform.ts";

/** What a service is given to start with. It passes on to each of its files only what that file needs. */
export interface ServiceHost {
  platform: Platform;
  logger: Logger;
  database: Database;
  /** Wakes the relay after a commit that enqueued something. */
  nudge: () => void;
  /** Calls another service under this one's name. */
  client: (service: ServiceName) => ServiceClient;
  /** Makes this service's Express app. */
  app: (routes: (app: Express) => void) => Express;
}

export interface ServiceDefinition {
  name: ServiceName;
  /** The folder of its migrations. */
  migrations: URL;
  /** Keeps copies of others' facts (authors, follows, blocks), in a schema of their own. */
  projections?: boolean;
  start(host: ServiceHost): Promise<RunningService & { housekeeping?: readonly (() => Promise<unknown>)[] }>;
}

export interface ServiceRun {
  service: RunningService;
  listener: Listener;
  /** Stops taking requests and events, finishes what is in hand, and closes. */
  close(): Promise<void>;
}

const prefetch = 100;

/** Runs one service: its database up to date, its routes listening, its relay publishing, its reactions consuming. */
export async function runService({ name, migrations, projections, start }: ServiceDefinition, platform: Platform): Promise<ServiceRun> {
  const logger = platform.logger.child({ service: name });
  const database = await platform.openDatabase(name);
  await migrate(database, plumbingMigrations, "newfeed");
  if (projections) await migrate(database, projectionMigrations, "projection");
  await migrate(database, migrations);

  const relay = startRelay({ query: database.query, bus: platform.bus, logger, failpoint: platform.failpoint, holder: "embedded" });
  const service = await start({
    platform,
    logger,
    database,
    nudge: relay.nudge,
    client: (to) => (route, input, correlationId, signal) =>
      callRoute(platform.upstreams[to], route, input, { passport: platform.passports.mint(to, { svc: name }), correlationId, signal }),
    app: (routes) =>
      createApp({
        service: name,
        logger,
        verify: (token) => platform.passports.verify(name, token),
        checks: { database: () => database.query("SELECT 1"), bus: () => platform.bus.check() },
        routes,
      }),
  });
  const listener = await listen(service, platform.addressOf(name));
  const housekeeping = startHousekeeping(database.query, logger, service.housekeeping);

  const stopping = new AbortController();
  const consumer = service.react
    ? platform.bus.consume(
        queueOf(name),
        prefetch,
        reactionHandler({ database, react: service.react, logger, failpoint: platform.failpoint, nudge: relay.nudge, signal: stopping.signal }),
      )
    : undefined;

  return {
    service,
    listener,
    async close() {
      stopping.abort();
      await consumer?.close();
      await service.close();
      await listener.close();
      await housekeeping.close();
      await relay.close();
    },
  };
}
