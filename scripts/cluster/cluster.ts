import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { databaseOf, type PartName, partNames, partTable, serviceNames, storingServiceNames } from "@newfeed/shared/contracts/services.ts";
import { ownOriginsOf, readConfig } from "@newfeed/shared/runtime/config.ts";
import { ensureMonitoringRole, ensureOwnDatabase } from "@newfeed/shared/runtime/database.ts";
import { lockFolder } from "@newfeed/shared/runtime/folder-lock.ts";
import { PortTaken } from "@newfeed/shared/runtime/listen.ts";
import { readOrCreateSecrets } from "@newfeed/shared/runtime/secrets.ts";
import { answers } from "../infra/answers.ts";
import { endLeftovers } from "../infra/leftovers.ts";
import type { ProcessGroup } from "../infra/process-group.ts";
import { freePort, freePorts } from "../infra/server.ts";
import { InfraFailed, prepareInfra, type Server, type ServerName, startInfra } from "../infra.ts";
import { metricsSources, planExporters } from "./exporters.ts";
import { planNginx } from "./nginx.ts";
import { planPrometheus } from "./prometheus.ts";
import { serveRestarts } from "./restart-requests.ts";
import { createSupervisor, logsOf, type Supervisor, type TableRow } from "./supervisor.ts";
import { environmentOf, type InstancePlan, portsCanBeShared, type Scale, type Shared } from "./topology.ts";

export const busNames = ["rabbitmq", "kafka"] as const;
export type BusName = (typeof busNames)[number];
/** The servers of a cluster, by what they do in it. */
export type ServerRole = "postgres" | "redis" | "broker";

export interface ClusterOptions {
  /** The cluster's files; a later start finds the data again. */
  directory: string;
  /** nginx's port; 0 for a free one. */
  port: number;
  /** nginx's port for gRPC; a free one unless it is given. */
  grpcPort?: number;
  scale: Partial<Scale>;
  /** What events travel on; RabbitMQ by default. */
  bus?: BusName;
  /** Restart what exits, as compose's restart policy does. */
  restart: boolean;
  /** What the operator has set: each process gets of it what its part reads, nginx HOST and TRUSTED_PROXIES. */
  passedOn?: Readonly<Record<string, string>>;
  /** URLs of running servers. */
  given?: Partial<Record<ServerName, string | undefined>>;
  /** Prometheus looks at every instance, and at the servers that are started here, with the alerts of deploy/observability. */
  observe?: boolean;
  /** False trades the database's durability for speed: for tests only. */
  durable?: boolean;
  /** What ends its parts and nginx; SIGKILL, for tests only, leaves out that they end in order. */
  endWith?: "SIGTERM" | "SIGKILL";
  progress: (line: string) => void;
  /** Ends a start that is not wanted any more. */
  signal?: AbortSignal | undefined;
}

export interface Cluster {
  url: string;
  /** Of gRPC. */
  grpcUrl: string;
  /** Of Prometheus, when it observes. */
  prometheusUrl: string | null;
  rows(): TableRow[];
  servers: Record<ServerRole, Server>;
  /** Signals a process by its instance's name. */
  signal(instance: string, signal: NodeJS.Signals): void;
  /** Replaces a part's instances one after the other; each successor is ready before its predecessor stops. Returns their names. */
  restart(part: string): Promise<string[]>;
  /** Suspends the automatic restart of a server while `work` runs, then starts it. */
  hold(server: ServerRole, work: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

const start = fileURLToPath(new URL("../../app/start.ts", import.meta.url));

/** Throws `PortTaken`. */
async function checkPort(host: string, port: number): Promise<void> {
  const server = createServer().listen(port, host);
  try {
    await once(server, "listening");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EADDRINUSE") throw cause;
    throw new PortTaken(`port ${port} on ${host} is taken; set PORT or --port, or GRPC_PORT, to another`, { cause });
  }
  await new Promise((resolve) => server.close(resolve));
}

/** Of this process alone: another one may listen on its port too. */
const isReady = ({ port }: InstancePlan) => {
  const request = "GET /health/ready HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
  return async ({ printed }: ProcessGroup) => printed().includes("NewFeed ready") && (await answers(port, request, (reply) => /^HTTP\/1\.1 200 /.test(reply)));
};

/** Restarts a server that exits, on the same port with the same data. */
async function keepAlive(
  name: string,
  server: Server,
  progress: (line: string) => void,
  isClosing: () => boolean,
  heldBy: () => Promise<void> | undefined,
): Promise<void> {
  while (!isClosing()) {
    await server.ended;
    if (isClosing()) return;
    const held = heldBy();
    if (held) {
      await held;
      continue;
    }
    progress(`${name} exited; restarting it`);
    await sleep(500);
    if (isClosing()) return;
    await server.start().catch((error: Error) => isClosing() || progress(`${name}: ${error.message}`));
  }
}

function planInstances(scale: Partial<Scale>, ports: number[]): InstancePlan[] {
  return partNames.flatMap((name) =>
    Array.from({ length: scale[name] ?? 1 }, (_, index) => ({
      name,
      instance: `${name}-${index + 1}`,
      port: ports.pop() as number,
      ...(partTable[name].grpcPort !== null && { grpcPort: ports.pop() as number }),
    })),
  );
}

/** Each service's own role and database, with new passwords at each start; copied from `template`'s files if there is one. */
async function prepareDatabases(adminUrl: string, template: string | undefined): Promise<Map<PartName, string>> {
  const urls = new Map<PartName, string>();
  for (const name of storingServiceNames) {
    const role = `newfeed_${databaseOf(name)}`;
    const password = randomBytes(18).toString("base64url");
    await ensureOwnDatabase(adminUrl, { role, password, database: role, template });
    urls.set(name, Object.assign(new URL(adminUrl), { username: role, password, pathname: `/${role}` }).href);
  }
  return urls;
}

/** A role that reads what PostgreSQL counts, with a new password at each start: the URL for the exporter. */
async function prepareMonitoring(adminUrl: string): Promise<string> {
  const password = randomBytes(18).toString("base64url");
  await ensureMonitoringRole(adminUrl, { role: "newfeed_exporter", password });
  return Object.assign(new URL(adminUrl), { username: "newfeed_exporter", password }).href;
}

/**
 * Starts the whole topology of docker-compose.yml as processes of this machine: servers, every instance of every part,
 * nginx in front. Resolves when all are ready. Throws `InfraFailed`, `FolderInUse`, `PortTaken` and the reason of `signal`,
 * after stopping what it has started.
 */
export async function startCluster({
  directory,
  port: wantedPort,
  grpcPort: wantedGrpcPort = 0,
  scale,
  bus = "rabbitmq",
  restart,
  passedOn: fromOperator = {},
  observe = false,
  given = {},
  durable = true,
  endWith = "SIGTERM",
  progress,
  signal,
}: ClusterOptions): Promise<Cluster> {
  const folder = join(directory, "cluster");
  const lock = lockFolder(folder);
  const passedOn = observe ? { METRICS_TOKEN: randomBytes(18).toString("base64url"), ...fromOperator } : fromOperator;
  let closing = false;
  let supervisor: Supervisor | undefined;
  let requests: ReturnType<typeof serveRestarts> | undefined;
  let infra: Awaited<ReturnType<typeof startInfra<ServerName>>> | undefined;
  const close = async () => {
    closing = true;
    requests?.close();
    await supervisor?.close(
      [["nginx", "prometheus", ...Object.values(metricsSources).map(({ container }) => container)], ["api-gateway"], ["notification-service"], serviceNames],
      endWith,
    );
    await infra?.close();
    lock.release();
  };
  try {
    const { HOST: host = "127.0.0.1" } = passedOn;
    const serversFolder = join(folder, "servers");
    // PostgreSQL ends its own.
    const left = await endLeftovers([logsOf(folder), ...["redis", "rabbitmq", "kafka"].map((name) => join(serversFolder, name))]);
    if (left.length > 0) progress(`Ended what an earlier run had left: ${left.join(", ")}`);
    for (const wanted of [wantedPort, wantedGrpcPort]) if (wanted) await checkPort(host, wanted);
    const { nginx, prometheus } = await prepareInfra(observe ? ["nginx", "prometheus"] : ["nginx"], progress);
    if (!("program" in nginx)) throw new InfraFailed("nginx: not found on this machine; install it");
    progress(`Starting PostgreSQL, Redis and ${bus === "kafka" ? "Kafka" : "RabbitMQ"} …`);
    const metricsPort = observe ? await freePort() : undefined;
    infra = await startInfra({ directory: serversFolder, need: ["postgres", "redis", bus], given, durable, metricsPort, progress, signal });
    const { postgres, redis, [bus]: broker } = infra.servers;
    const servers = { postgres, redis, broker };
    const held = new Map<string, Promise<void>>();
    const hold: Cluster["hold"] = async (name, work) => {
      const holding = work()
        .then(() => servers[name].start())
        .finally(() => held.delete(name));
      held.set(
        name,
        holding.catch(() => {}),
      );
      await holding;
    };
    supervisor = createSupervisor({ directory: folder, restart, progress, signal });
    for (const [role, server] of Object.entries(servers)) {
      const name = role === "broker" ? bus : role;
      supervisor.list({ name, instance: name, port: server.port, pid: () => server.pid });
      if (restart && server.pid !== undefined)
        void keepAlive(
          name,
          server,
          progress,
          () => closing,
          () => held.get(role),
        );
    }

    const exporterPorts = observe ? Object.keys(metricsSources).length : 0;
    const count = partNames.reduce((sum, name) => sum + (scale[name] ?? 1) * (partTable[name].grpcPort === null ? 1 : 2), 0);
    const [nginxPort = 0, nginxGrpcPort = 0, probePort = 0, statusPort = 0, prometheusPort = 0, ...ports] = await freePorts(count + 5 + exporterPorts);
    const port = wantedPort || nginxPort;
    const grpcPort = wantedGrpcPort || nginxGrpcPort;
    const url = `http://localhost:${port}`;
    // What follows from the operator's settings for nginx's port.
    const config = readConfig({ ...passedOn, MODE: "", PORT: String(port) });
    const { mediaBases, mediaOrigins, uploadOrigins } = config;
    const instances = planInstances(scale, ports);
    const secrets = readOrCreateSecrets(folder);
    const shared: Shared = {
      databaseUrls: await prepareDatabases(servers.postgres.url, given.postgres ? undefined : "template1"),
      rabbitmqUrl: bus === "rabbitmq" ? broker.url : null,
      kafkaBrokers: bus === "kafka" ? (passedOn.KAFKA_BROKERS ?? new URL(broker.url).host) : null,
      redisUrl: servers.redis.url,
      internalTokenSecret: secrets.internalTokenSecret,
      tokenPrivateKey: secrets.tokenPrivateKey,
      deliverySecret: secrets.deliverySecret,
      mediaBases,
      dataDirectory: join(folder, "data"),
      // Another's RabbitMQ may lack the plugin that several partitions need.
      passedOn: {
        ...(config.rabbitmq && { RABBITMQ_PARTITIONS: String(config.rabbitmq.partitions) }),
        ...passedOn,
        PUBLIC_URL: ownOriginsOf(config).join(","),
      },
    };
    const { start: startProcess, replace } = supervisor;
    progress(`Starting ${instances.length} processes …`);
    let ready = 0;
    await Promise.all(
      instances.map(async (plan) => {
        await startProcess({
          ...plan,
          command: [process.execPath, start, `--services=${plan.name}`],
          environment: environmentOf(plan, instances, shared),
          ready: isReady(plan),
          sharesPort: portsCanBeShared,
        });
        progress(`  ${++ready}/${instances.length} ${plan.instance} on port ${plan.port}`);
      }),
    );
    const network = { host, port, grpcPort, probePort, statusPort };
    await startProcess(planNginx({ program: nginx.program, directory: folder, ...network, instances, passedOn, mediaOrigins, uploadOrigins }));
    if (prometheus && "program" in prometheus) {
      // Those that others run are looked at by others.
      const own = (server: Server, url: string | undefined = server.url) => (server.pid === undefined ? undefined : url);
      const urls = {
        postgres: own(postgres) && (await prepareMonitoring(postgres.url)),
        [bus]: own(broker, metricsPort && bus === "rabbitmq" ? `http://127.0.0.1:${metricsPort}` : broker.url),
        redis: own(redis),
        nginx: `http://127.0.0.1:${statusPort}/stub_status`,
      };
      const { exporters, targets } = planExporters(urls, ports, progress);
      for (const exporter of exporters) await startProcess(exporter);
      const token = passedOn.METRICS_TOKEN ?? "";
      await startProcess(planPrometheus({ program: prometheus.program, directory: folder, port: prometheusPort, instances, token, servers: targets }));
    }
    const restartPart = async (part: string) => {
      const names = instances.filter(({ name }) => name === part).map(({ instance }) => instance);
      for (const name of names) {
        progress(`Replacing ${name} …`);
        await replace(name);
      }
      return names;
    };
    requests = serveRestarts(folder, restartPart);
    const prometheusUrl = observe ? `http://127.0.0.1:${prometheusPort}` : null;
    return {
      url,
      grpcUrl: `http://localhost:${grpcPort}`,
      prometheusUrl,
      rows: supervisor.rows,
      servers,
      signal: supervisor.signal,
      restart: restartPart,
      hold,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
