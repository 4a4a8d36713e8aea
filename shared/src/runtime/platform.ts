import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCloudinaryStore } from "../cluster/cloudinary.ts";
import { createS3Store } from "../cluster/s3.ts";
import { consumedTypes, queueOf } from "../contracts/events.ts";
import { databaseOf, partTable, type ServiceName, type StoringServiceName, serviceNames, serviceTable, storingServiceNames } from "../contracts/services.ts";
import { createEmbeddedBus } from "../embedded/bus.ts";
import { createEmbeddedCache } from "../embedded/cache.ts";
import { createEmbeddedLimiter } from "../embedded/limiter.ts";
import { createMailFolder } from "../embedded/mail-folder.ts";
import { createLocalMediaStore } from "../embedded/media-store.ts";
import { startPostgres } from "../embedded/postgres.ts";
import { createSignalHub } from "../embedded/signals.ts";
import { type HealthCheck, version } from "../http/health.ts";
import { createInternalTokens, type InternalTokens } from "../http/internal-tokens.ts";
import { createMetrics } from "../http/metrics.ts";
import { createOutside, type FetchOutside, type PostOutside } from "../http/outside.ts";
import { createUpstream } from "../http/upstream.ts";
import type { Bus } from "../ports/bus.ts";
import type { Cache } from "../ports/cache.ts";
import type { RawDatabase } from "../ports/database.ts";
import type { Failpoint } from "../ports/failpoint.ts";
import type { Limiter } from "../ports/limiter.ts";
import type { Logger } from "../ports/logger.ts";
import type { Mail, Mailer } from "../ports/mailer.ts";
import type { MediaStore } from "../ports/media-store.ts";
import type { Metrics, Sample } from "../ports/metrics.ts";
import type { Signals } from "../ports/signals.ts";
import type { Tracing } from "../ports/tracing.ts";
import type { BreakerState, Upstream } from "../ports/upstream.ts";
import { type Config, ConfigError, grpcUrlOf, ownOriginsOf } from "./config.ts";
import { ensureDatabase, keepSettings, openDatabase } from "./database.ts";
import { endsWithin } from "./ends-within.ts";
import { createFailpoints } from "./failpoints.ts";
import { lockFolder } from "./folder-lock.ts";
import type { Address } from "./listen.ts";
import { createLogger } from "./logger.ts";
import { readingReplica } from "./replica.ts";
import { readOrCreateSecrets, type Secrets } from "./secrets.ts";
import { tracedBus, tracedDatabase, tracedUpstream } from "./traced.ts";
import { reach } from "./unreachable.ts";

/** What all services of a process share. */
export interface Platform {
  config: Config;
  logger: Logger;
  secrets: Pick<Secrets, "internalTokenSecret"> & { tokenPrivateKey: string | null; deliverySecret: string | null };
  internalTokens: InternalTokens;
  failpoint: Failpoint;
  metrics: Metrics;
  /** Undefined where nothing is traced. */
  tracing: Tracing | undefined;
  /** Readiness of shared servers: `cache` if there is a Redis. */
  checks: Record<string, HealthCheck>;
  /** Opens a service's database, with so many connections at most; creates it if it is missing. */
  openDatabase(name: StoringServiceName, connections?: number): Promise<RawDatabase>;
  /** Throws in the gateway's own process, which has none. */
  readonly bus: Bus;
  signals: Signals;
  limiter: Limiter;
  /** Opens a cache. All instances of a part share it, if there is a Redis. */
  openCache(): Promise<Cache>;
  mediaStore: MediaStore;
  mailer: Mailer;
  upstreams: Record<ServiceName, Upstream>;
  /** Another upstream of a service, for streams, each of which holds a connection as long as it lasts. */
  openStreams(service: ServiceName): Upstream;
  /** Reads what stands at a URL that users name. */
  fetchOutside: FetchOutside;
  /** Sends something to a URL that users name. */
  postOutside: PostOutside;
  /** Where a service of this process listens for the others. */
  listenAt(name: ServiceName): Address;
  /** The same over gRPC; null where it does not. */
  listenGrpcAt(name: ServiceName): Address | null;
  /** Which implementation each part has, one line each. */
  description: string[];
  close(): Promise<void>;
}

/** Registers a part's disposer, to run when the platform closes, which waits for it for a while. */
type WithDisposer = <T>(part: T, dispose: () => unknown, withinMs?: number) => T;

/** A server that does not answer must not keep the process. */
const disposedWithinMs = 3_000;
/** A checkpoint of a busy database; it has its own way to end one that hangs. */
const postgresEndsWithinMs = 60_000;

const bindings = new Map(storingServiceNames.map((name) => [queueOf(name), consumedTypes(name) as readonly string[]]));

/** A server on which databases are created as needed, or the one database of this process. */
async function chooseDatabases(config: Config, password: string, logger: Logger, withDisposer: WithDisposer) {
  const pooled = config.databasePooling === "transaction";
  const open = async (url: string, connections?: number, inOrder = false) => {
    if (pooled) await keepSettings(url, { inOrder });
    const database = openDatabase(url, logger, connections, { pooled, inOrder });
    withDisposer(database, () => database.close());
    await reach(url, () => database.query("SELECT 1"));
    return database;
  };
  const replicaUrl = config.databaseReplicaUrl === null ? null : new URL(config.databaseReplicaUrl);
  const isOneReplica = (replicaUrl?.pathname.length ?? 0) > 1;
  if (replicaUrl && (!config.databaseUrl || isOneReplica !== new URL(config.databaseUrl).pathname.length > 1))
    throw new ConfigError("DATABASE_REPLICA_URL: names a replica of what DATABASE_URL names, a database or a server");
  /** It may be away now, and come later. */
  function openReplica(purpose: string, connections?: number): RawDatabase | undefined {
    if (!replicaUrl) return undefined;
    const url = isOneReplica ? replicaUrl.href : Object.assign(new URL(replicaUrl), { pathname: `/${config.databasePrefix}${purpose}` }).href;
    const database = openDatabase(url, logger, connections, { pooled });
    return withDisposer(database, () => database.close());
  }
  if (config.databaseUrl && new URL(config.databaseUrl).pathname.length > 1) {
    const url = config.databaseUrl;
    if (!config.part) throw new ConfigError("DATABASE_URL: names one database, but all services run here; leave the path out and each gets its own");
    return {
      openReplica,
      line: `PostgreSQL at ${new URL(url).host}, database ${new URL(url).pathname.slice(1)}`,
      open: (_purpose: string, connections?: number) => open(url, connections),
    };
  }
  const server = config.databaseUrl
    ? { url: (database: string) => Object.assign(new URL(config.databaseUrl as string), { pathname: `/${database}` }).href }
    : await startPostgres({ directory: join(config.dataDirectory, "postgres"), password, durable: !config.test }).then((started) =>
        withDisposer(started, () => started.close(), postgresEndsWithinMs),
      );
  return {
    openReplica,
    line: config.databaseUrl ? `PostgreSQL at ${new URL(config.databaseUrl).host}, one database per service` : "embedded PostgreSQL, one database per service",
    async open(purpose: string, connections?: number, inOrder?: boolean) {
      const name = config.databasePrefix + purpose;
      // A copy of the files takes a third of the time and of the space that a copy through the write-ahead log takes.
      await ensureDatabase(server.url("postgres"), name, config.databaseUrl ? undefined : "template1");
      return open(server.url(name), connections, inOrder);
    },
  };
}

// Clients of external servers are loaded only if they are used: an embedded feed stays small.

async function chooseBus({ rabbitmq, kafka }: Config, openTable: () => Promise<RawDatabase>, logger: Logger, withDisposer: WithDisposer): Promise<Bus> {
  async function open(): Promise<Bus> {
    if (kafka) return (await import("../cluster/kafka-bus.ts")).createKafkaBus({ ...kafka, bindings, logger });
    if (rabbitmq) return (await import("../cluster/rabbit-bus.ts")).createRabbitBus({ ...rabbitmq, bindings, logger });
    return createEmbeddedBus(await openTable(), bindings, logger);
  }
  const bus = await open();
  return withDisposer(bus, () => bus.close());
}

async function chooseMailer({ smtpUrl: url, mailFrom: from, dataDirectory }: Config, logger: Logger, withDisposer: WithDisposer): Promise<Mailer> {
  const load = () => import("../cluster/smtp-mailer.ts");
  const compose = async (mail: Mail) => (await load()).composeMessage(mail, from);
  const mailer = url ? (await load()).createSmtpMailer(url, from) : createMailFolder({ directory: join(dataDirectory, "mail"), compose, logger });
  return withDisposer(mailer, () => mailer.close());
}

async function chooseTracing({ otlp, part, instance }: Config, withDisposer: WithDisposer): Promise<Tracing | undefined> {
  if (!otlp) return undefined;
  const { createOtlpTracing } = await import("./otlp-tracing.ts");
  const tracing = createOtlpTracing({ ...otlp, service: part ?? "newfeed", instance });
  return withDisposer(tracing, () => tracing.close());
}

async function chooseSignalsAndLimiter(
  { redisUrl: url, rateLimitFactor: factor, part }: Config,
  logger: Logger,
  withDisposer: WithDisposer,
): Promise<{ signals: Signals; limiter: Limiter; checks: Platform["checks"] }> {
  if (!url) return { signals: createSignalHub().join(), limiter: createEmbeddedLimiter(factor), checks: {} };
  const [{ createRedisSignals }, { createRedisLimiter }] = await Promise.all([import("../cluster/redis-signals.ts"), import("../cluster/redis-limiter.ts")]);
  const signals = createRedisSignals({ url, channelPrefix: `newfeed.${part ?? "all"}`, logger });
  const limiter = createRedisLimiter({ url, factor, logger });
  const cache = () => Promise.all([signals.check(), limiter.check()]);
  return { signals: withDisposer(signals, () => signals.close()), limiter: withDisposer(limiter, () => limiter.close()), checks: { cache } };
}

async function openCache({ redisUrl: url }: Config, logger: Logger, withDisposer: WithDisposer): Promise<Cache> {
  const cache = url ? (await import("../cluster/redis-cache.ts")).createRedisCache({ url, logger }) : createEmbeddedCache();
  return withDisposer(cache, () => cache.close());
}

/** Where each service listens and can be reached: Unix sockets within one process, URLs between several. Those of gRPC are null where nobody calls that way. */
function chooseAddresses(config: Config, withDisposer: WithDisposer) {
  const callsByGrpc = config.internalTransport === "grpc";
  const hasGrpc = (name: ServiceName) => serviceTable[name].grpcPort !== null;
  if (config.part) {
    const { host, port, reusePort, grpcPort, serviceUrls } = config;
    return {
      listenAt: (): Address => ({ host, port, reusePort }),
      listenGrpcAt: (name: ServiceName): Address | null => (hasGrpc(name) ? { host, port: grpcPort, reusePort } : null),
      urlOf: (name: ServiceName) => serviceUrls[name] ?? `http://127.0.0.1:${port}`,
      grpcUrlOf: (name: ServiceName) => (callsByGrpc && hasGrpc(name) ? grpcUrlOf(config, name) : null),
    };
  }
  const sockets = mkdtempSync(join(tmpdir(), "newfeed-"));
  withDisposer(sockets, () => rm(sockets, { recursive: true, force: true }));
  const socketOf = (file: string): `unix:${string}` => `unix:${process.platform === "win32" ? `\\\\.\\pipe\\${sockets}\\${file}` : join(sockets, file)}`;
  const addressOf = (name: ServiceName) => socketOf(`${name}.sock`);
  const grpcAddressOf = (name: ServiceName) => (callsByGrpc && hasGrpc(name) ? socketOf(`${name}-grpc.sock`) : null);
  return { listenAt: addressOf, listenGrpcAt: grpcAddressOf, urlOf: addressOf, grpcUrlOf: grpcAddressOf };
}

const breakerSamples = ({ service, state }: BreakerState): Sample[] =>
  (["closed", "half-open", "open"] as const).map((name) => ({
    gauge: "newfeed_breaker_state",
    labels: { upstream: service, state: name },
    value: Number(name === state),
  }));

/** The one place that chooses implementations: external if there is a URL, else embedded. Opened in order, closed in reverse. */
export async function openPlatform(config: Config): Promise<Platform> {
  const logger = createLogger(config.log).child(config.part ? { instance: config.instance } : {});
  const disposers: (() => Promise<boolean>)[] = [];
  const withDisposer: WithDisposer = (part, dispose, withinMs = disposedWithinMs) => {
    disposers.push(() => endsWithin(withinMs, (async () => dispose())()));
    return part;
  };
  const close = async () => {
    for (const dispose of disposers.reverse()) await dispose();
  };
  try {
    const hasDatabase = !config.part || partTable[config.part].database;
    if (!config.databaseUrl && hasDatabase) {
      const lock = lockFolder(config.dataDirectory);
      withDisposer(lock, () => lock.release());
    }
    // The embedded database's password is stored beside its data, wherever the other secrets come from.
    const kept = config.part && config.secrets ? undefined : readOrCreateSecrets(config.dataDirectory);
    const secrets = {
      internalTokenSecret: config.secrets?.internalTokenSecret ?? (kept as Secrets).internalTokenSecret,
      tokenPrivateKey: config.secrets?.tokenPrivateKey ?? kept?.tokenPrivateKey ?? null,
      deliverySecret: config.secrets?.deliverySecret ?? kept?.deliverySecret ?? null,
    };
    const mediaDirectory = join(config.dataDirectory, "media");

    const tracing = await chooseTracing(config, withDisposer);
    const databases = hasDatabase ? await chooseDatabases(config, kept?.databasePassword ?? "", logger, withDisposer) : undefined;
    const untracedBus = databases && (await chooseBus(config, () => databases.open("bus", undefined, true), logger, withDisposer));
    const bus = untracedBus && tracing ? tracedBus(untracedBus, tracing) : untracedBus;
    const { signals, limiter, checks } = await chooseSignalsAndLimiter(config, logger, withDisposer);

    const mailer = await chooseMailer(config, logger, withDisposer);
    const searches = !config.part || (partTable[config.part].secrets as readonly string[]).includes("SEARCH_URL");
    const sendsMail = !config.part || (partTable[config.part].secrets as readonly string[]).includes("SMTP_URL");

    const { listenAt, listenGrpcAt, urlOf, grpcUrlOf: grpcAt } = chooseAddresses(config, withDisposer);
    const callerOf = (name: ServiceName) => {
      const url = grpcAt(name);
      return url === null ? undefined : async () => (await import("../grpc/route-caller.ts")).createRouteCaller(url);
    };
    const openUpstream = (name: ServiceName, connections?: number) => {
      const upstream = createUpstream(name, urlOf(name), { logger, openCaller: callerOf(name), ...(connections && { connections }) });
      return withDisposer(tracing ? tracedUpstream(name, upstream, tracing) : upstream, () => upstream.close());
    };
    const upstreams = Object.fromEntries(serviceNames.map((name) => [name, openUpstream(name)])) as Record<ServiceName, Upstream>;
    const userAgent = `NewFeed/${version} (+${ownOriginsOf(config)[0]})`;
    const outside = (anywhere: boolean) => createOutside({ userAgent, ...(anywhere && { mayConnect: () => true }) });
    const metrics = createMetrics();
    metrics.sample(() => serviceNames.flatMap((name) => breakerSamples(upstreams[name].breaker)));

    return {
      config,
      logger,
      secrets,
      internalTokens: createInternalTokens(secrets.internalTokenSecret),
      failpoint: createFailpoints(config.failpoints, config.instance, logger),
      async openDatabase(name, connections) {
        if (!databases) throw new Error(`${config.part} has no database`);
        const opened = await databases.open(databaseOf(name), connections);
        const replica = databases.openReplica(databaseOf(name), connections);
        const database = replica ? readingReplica({ primary: opened, replica, logger, metrics: metrics.replicaReadsOf(name) }) : opened;
        return tracing ? tracedDatabase(databaseOf(name), database, tracing) : database;
      },
      get bus() {
        if (!bus) throw new Error(`${config.part} has no bus`);
        return bus;
      },
      metrics,
      tracing,
      checks,
      signals,
      limiter,
      openCache: () => openCache(config, logger, withDisposer),
      mediaStore: config.cloudinary
        ? createCloudinaryStore(config.cloudinary)
        : config.s3
          ? createS3Store(config.s3, mediaDirectory)
          : createLocalMediaStore(mediaDirectory),
      mailer,
      upstreams,
      openStreams: (service) => openUpstream(service, 4_096),
      fetchOutside: outside(config.allowPrivateAddresses).fetch,
      postOutside: outside(config.webhookAllowPrivate).post,
      listenAt,
      listenGrpcAt,
      description: [
        ...(databases
          ? [
              `database  ${databases.line}`,
              ...(config.databaseReplicaUrl ? [`replica   PostgreSQL at ${new URL(config.databaseReplicaUrl).host}`] : []),
              `bus       ${config.kafka ? `Kafka at ${config.kafka.brokers.join(", ")}` : config.rabbitmq ? `RabbitMQ at ${new URL(config.rabbitmq.url).host}` : "embedded, durable in PostgreSQL"}`,
            ]
          : []),
        `signals   ${config.redisUrl ? `Redis at ${new URL(config.redisUrl).host}` : "in process"}`,
        `limits    ${config.redisUrl ? `Redis at ${new URL(config.redisUrl).host}` : "in process"}`,
        `cache     ${config.redisUrl ? `Redis at ${new URL(config.redisUrl).host}` : "in process"}`,
        ...(searches ? [`search    ${config.searchUrl ? `OpenSearch at ${new URL(config.searchUrl).host}` : "in PostgreSQL"}`] : []),
        `media     ${config.cloudinary ? "Cloudinary" : config.s3 ? `the bucket ${config.s3.bucket} at ${new URL(config.s3.endpoint).host}` : mediaDirectory}`,
        ...(sendsMail ? [`mail      ${mailer.description}`] : []),
        ...(config.identityIssuer ? [`identity  also tokens of ${config.identityIssuer.issuer}`] : []),
        ...(config.webhooks && sendsMail ? [`webhooks  on port ${config.webhooks.port}`] : []),
        ...(config.otlp ? [`traces    ${new URL(config.otlp.endpoint).host}`] : []),
      ],
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
