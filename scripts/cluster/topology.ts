import { isPartName, type PartName, partNames, serviceNames, urlVariable } from "@newfeed/shared/contracts/services.ts";
import type { MediaBases } from "@newfeed/shared/ports/media-urls.ts";
import { ConfigError } from "@newfeed/shared/runtime/config.ts";
import { variablesOf } from "@newfeed/shared/runtime/environment.ts";

/** How many instances of each part run. */
export type Scale = Record<PartName, number>;

/** Parses the values of `--scale <part>=N`. Throws `ConfigError`. */
export function readScale(items: readonly string[]): Partial<Scale> {
  return Object.fromEntries(
    items.map((item) => {
      const [name = "", count = ""] = item.split("=");
      if (!isPartName(name) || !/^[1-9]\d?$/.test(count)) throw new ConfigError(`--scale ${item}: <part>=N, where part is one of ${partNames.join(", ")}`);
      return [name, Number(count)];
    }),
  );
}

export interface InstancePlan {
  name: PartName;
  /** `comment-service-2`. */
  instance: string;
  port: number;
  /** For gRPC, of those that listen for it. */
  grpcPort?: number | undefined;
}

/** Configuration shared by all processes of a cluster. */
export interface Shared {
  /** One URL for each service that has a database: its own role, its own database. */
  databaseUrls: ReadonlyMap<PartName, string>;
  /** One of the two is there. */
  rabbitmqUrl: string | null;
  kafkaBrokers: string | null;
  redisUrl: string;
  internalTokenSecret: string;
  tokenPrivateKey: string;
  deliverySecret: string;
  mediaBases: MediaBases;
  /** Shared by the instances of media-service. */
  dataDirectory: string;
  /** Variables that the operator has set; each part gets those that it reads. */
  passedOn: Readonly<Record<string, string>>;
}

/** Whether a successor can listen on its predecessor's port. (In containers each has its own address.) */
export const portsCanBeShared = process.platform === "linux" || process.platform === "freebsd";

/**
 * The instances of a machine share its processors, where one V8 helper thread per process costs less than the default
 * four. See bench/notes/comment-latency.md.
 */
export const nodeOptions = "--v8-pool-size=1";

/**
 * V8's young generation grows while thousands of clients connect and never shrinks; deliveries leave only short-lived
 * garbage, for which a small one is as good. With one helper thread a socket takes more memory. See
 * docs/decisions/0019-idle-sockets.md.
 */
export const notificationNodeOptions = "--max-semi-space-size=4";

/** Of the RabbitMQ that comes with a cluster: as many instances of a service as these consume at the same time. */
export const rabbitmqPartitions = 4;

/** Node's options for a part's processes. */
export const nodeOptionsOf = (part: PartName) => (part === "notification-service" ? notificationNodeOptions : nodeOptions);

/**
 * The environment of one instance: only what its part reads. docker-compose.yml gives the same variables (a test compares
 * them). Addresses and server secrets are the cluster's own, whatever the operator has set.
 */
export function environmentOf(plan: InstancePlan, instances: readonly InstancePlan[], shared: Shared): Record<string, string> {
  const urls = serviceNames
    .filter((name) => name !== plan.name)
    .map((name) => [
      urlVariable(name),
      instances
        .filter((instance) => instance.name === name)
        .map(({ port }) => `http://127.0.0.1:${port}`)
        .join(","),
    ]);
  const grpcUrls = serviceNames.flatMap((name) => {
    const ports = instances.flatMap((instance) => (instance.name === name && instance.grpcPort !== undefined ? [`http://127.0.0.1:${instance.grpcPort}`] : []));
    return ports.length > 0 ? [`${name}=${ports.join(",")}`] : [];
  });
  const defaults = {
    NODE_ENV: "production",
    LOG_FORMAT: "json",
    RABBITMQ_PARTITIONS: String(rabbitmqPartitions),
    // Clients reach the cluster at http://localhost.
    COOKIE_SECURE: "false",
    MEDIA_BASE_URL: shared.mediaBases.local,
    ...(shared.mediaBases.cloudinary !== null && { CLOUDINARY_BASE_URL: shared.mediaBases.cloudinary }),
  };
  const own: Record<string, string | undefined> = {
    HOST: "127.0.0.1",
    PORT: String(plan.port),
    INSTANCE: plan.instance,
    GRPC_PORT: String(plan.grpcPort ?? 0),
    SERVICE_GRPC_URLS: grpcUrls.join(";") || undefined,
    REUSE_PORT: String(portsCanBeShared),
    ...Object.fromEntries(urls),
    REDIS_URL: shared.redisUrl,
    INTERNAL_TOKEN_SECRET: shared.internalTokenSecret,
    DATABASE_URL: shared.databaseUrls.get(plan.name),
    RABBITMQ_URL: shared.rabbitmqUrl ?? undefined,
    KAFKA_BROKERS: shared.kafkaBrokers ?? undefined,
    ...(shared.kafkaBrokers === null ? { KAFKA_PARTITIONS: undefined } : { RABBITMQ_PARTITIONS: undefined }),
    TOKEN_PRIVATE_KEY: shared.tokenPrivateKey,
    DELIVERY_SECRET: shared.deliverySecret,
    // nginx.
    TRUSTED_PROXIES: "127.0.0.1",
    NEWFEED_DATA_DIR: shared.dataDirectory,
  };
  const values: Record<string, string | undefined> = { ...defaults, ...shared.passedOn, ...own };
  return {
    NODE_OPTIONS: nodeOptionsOf(plan.name),
    ...Object.fromEntries(variablesOf(plan.name).flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]]))),
  };
}
