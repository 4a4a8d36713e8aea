import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCloudinaryStore } from "../cluster/cloudinary.ts";
import { consumedTypes, queueOf, type ServiceName, serviceNames } from "../contracts/events.ts";
import { createEmbeddedBus } from "../embedded/bus.ts";
import { createEmbeddedLimiter } from "../embedded/limiter.ts";
import { createLocalMediaStore } from "../embedded/media-store.ts";
import { startPostgres } from "../embedded/postgres.ts";
import { createSignalHub, type SignalHub } from "../embedded/signals.ts";
import { createPassports, type Passports } from "../http/passport.ts";
import { createUpstream } from "../http/upstream.ts";
import type { Bus } from "../ports/bus.ts";
import type { Database } from "../ports/database.ts";
import type { Failpoint } from "../ports/failpoint.ts";
import type { Limiter } from "../ports/limiter.ts";
import type { Logger } from "../ports/logger.ts";
import type { MediaStore } from "../ports/media-store.ts";
import type { Upstream } from "../ports/upstream.ts";
import type { Config } from "./config.ts";
import { ensureDatabase, openDatabase } from "./database.ts";
import { createFailpoints } from "./failpoints.ts";
import { lockFolder } from "./folder-lock.ts";
import { createLogger } from "./logger.ts";
import { readOrCreateSecrets, type Secrets } from "./secrets.ts";

/** The parts that a run is made of. */
export interface Platform {
  config: Config;
  logger: Logger;
  secrets: Secrets;
  passports: Passports;
  failpoint: Failpoint;
  /** Opens a service's own database, creating it when it is missing. */
  openDatabase(name: ServiceName): Promise<Database>;
  bus: Bus;
  signals: SignalHub;
  limiter: Limiter;
  mediaStore: MediaStore;
  upstreams: Record<ServiceName, Upstream>;
  /** Where a service listens for the others. */
  addressOf(name: ServiceName): string;
  /** One line a part, for people: what was chosen. */
  chosen: string[];
  close(): Promise<void>;
}

const bindings = new Map(serviceNames.map((name) => [queueOf(name), consumedTypes(name) as readonly string[]]));

/** THE switch: each part is chosen by whether it was given a URL. Parts are opened in order and closed in reverse. */
export async function openPlatform(config: Config): Promise<Platform> {
  const logger = createLogger(config.log);
  const closers: (() => unknown)[] = [];
  const close = async () => {
    for (const closer of closers.reverse()) await closer();
  };
  const opened = <T>(part: T, closer: () => unknown): T => {
    closers.push(closer);
    return part;
  };
  const chosen: string[] = [];
  try {
    const lock = lockFolder(config.dataDirectory);
    opened(lock, () => lock.release());
    const secrets = readOrCreateSecrets(config.dataDirectory);

    let urlOf: (database: string) => string;
    if (config.databaseUrl) {
      const given = config.databaseUrl;
      urlOf = (database) => Object.assign(new URL(given), { pathname: `/${database}` }).href;
      chosen.push(`database  PostgreSQL at ${new URL(given).host}`);
    } else {
      const server = await startPostgres({ directory: join(config.dataDirectory, "postgres"), password: secrets.databasePassword, durable: !config.test });
      opened(server, () => server.close());
      urlOf = server.url;
      chosen.push("database  embedded PostgreSQL, one database per service");
    }
    const open = async (purpose: string, connections?: number) => {
      const name = config.databasePrefix + purpose;
      await ensureDatabase(urlOf("postgres"), name);
      const database = openDatabase(urlOf(name), logger, connections);
      return opened(database, () => database.close());
    };

    const bus = await createEmbeddedBus(await open("bus"), bindings, logger);
    chosen.push("bus       embedded, durable in PostgreSQL", "signals   in process", "limits    in process");
    const mediaDirectory = join(config.dataDirectory, "media");
    chosen.push(config.cloudinary ? "media     Cloudinary" : `media     ${mediaDirectory}`);

    // Sockets of the file system: nothing but the gateway and the notification service opens a port.
    const sockets = mkdtempSync(join(tmpdir(), "newfeed-"));
    opened(sockets, () => rm(sockets, { recursive: true, force: true }));
    const addressOf = (name: ServiceName) => `unix:${process.platform === "win32" ? `\\\\.\\pipe\\${sockets}\\${name}` : join(sockets, `${name}.sock`)}`;
    const upstreams = Object.fromEntries(
      serviceNames.map((name) => {
        const upstream = createUpstream(name, addressOf(name));
        return [name, opened(upstream, () => upstream.close())];
      }),
    ) as Record<ServiceName, Upstream>;

    return {
      config,
      logger,
      secrets,
      passports: createPassports(secrets.passportSecret),
      failpoint: createFailpoints(config.failpoints, logger),
      openDatabase: (name) => open(name.replace("-service", "")),
      bus,
      signals: createSignalHub(),
      limiter: createEmbeddedLimiter(config.rateLimitFactor),
      mediaStore: config.cloudinary ? createCloudinaryStore(config.cloudinary) : createLocalMediaStore(mediaDirectory),
      upstreams,
      addressOf,
      chosen,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
