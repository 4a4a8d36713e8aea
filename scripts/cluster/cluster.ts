import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { databaseOf, type PartName, partNames, serviceNames } from "@newfeed/shared/contracts/services.ts";
import { ownOriginsOf, readConfig } from "@newfeed/shared/runtime/config.ts";
import { ensureOwnDatabase } from "@newfeed/shared/runtime/database.ts";
import { lockFolder } from "@newfeed/shared/runtime/folder-lock.ts";
import { readOrCreateSecrets } from "@newfeed/shared/runtime/secrets.ts";
import { InfraFailed, prepareInfra, type Server, type ServerName, startInfra } from "../infra.ts";
import { originsMap, realIp, renderNginx, renderUpstreams } from "./nginx.ts";
import { serveRestarts } from "./restart-requests.ts";
import { createSupervisor, type ProcessPlan, type Supervisor, type TableRow } from "./supervisor.ts";
import { environmentOf, type InstancePlan, portsCanBeShared, type Scale, type Shared } from "./topology.ts";

export interface ClusterOptions {
  /** The cluster's files; a later start finds the data again. */
  directory: string;
  /** nginx's port; 0 for a free one. */
  port: number;
  scale: Partial<Scale>;
  /** Restart what exits, as compose's restart policy does. */
  restart: boolean;
  /** What the operator has set: each process gets of it what its part reads, nginx HOST and TRUSTED_PROXIES. */
  passedOn?: Readonly<Record<string, string>>;
  /** URLs of running servers. */
  given?: Partial<Record<ServerName, string | undefined>>;
  /** False trades the database's durability for speed: for tests only. */
  durable?: boolean;
  progress: (line: string) => void;
}

export interface Cluster {
  url: string;
  rows(): TableRow[];
  servers: Record<ServerName, Server>;
  /** Signals a process by its instance's name. */
  signal(instance: string, signal: NodeJS.Signals): void;
  /** Replaces a part's instances one after the other; each successor is ready before its predecessor stops. Returns their names. */
  restart(part: string): Promise<string[]>;
  /** Suspends the automatic restart of a server while `work` runs, then starts it. */
  hold(server: ServerName, work: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

const webRoot = fileURLToPath(new URL("../../web/dist", import.meta.url));
const start = fileURLToPath(new URL("../../app/start.ts", import.meta.url));

/** Free ports, all held until each is known, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  const ports = await Promise.all(
    servers.map((server) => new Promise<number>((resolve) => server.once("listening", () => resolve((server.address() as { port: number }).port)))),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

const isReady = (port: number) => async () => {
  try {
    return (await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
};

const listens = (host: string, port: number) => () =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, host);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });

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
    await server.start().catch((error: Error) => progress(`${name}: ${error.message}`));
  }
}

function planInstances(scale: Partial<Scale>, ports: number[]): InstancePlan[] {
  return partNames.flatMap((name) =>
    Array.from({ length: scale[name] ?? 1 }, (_, index) => ({ name, instance: `${name}-${index + 1}`, port: ports.pop() as number })),
  );
}

/** Each service's own role and database, with new passwords at each start. */
async function prepareDatabases(adminUrl: string): Promise<Map<PartName, string>> {
  const urls = new Map<PartName, string>();
  for (const name of serviceNames) {
    const role = `newfeed_${databaseOf(name)}`;
    const password = randomBytes(18).toString("base64url");
    await ensureOwnDatabase(adminUrl, { role, password, database: role });
    urls.set(name, Object.assign(new URL(adminUrl), { username: role, password, pathname: `/${role}` }).href);
  }
  return urls;
}

function planNginx(
  program: string,
  directory: string,
  port: number,
  instances: readonly InstancePlan[],
  passedOn: Readonly<Record<string, string>>,
  mediaOrigins: readonly string[],
): ProcessPlan {
  const { HOST: host = "127.0.0.1", TRUSTED_PROXIES: proxies = "", ALLOWED_ORIGINS: origins = "" } = passedOn;
  const folder = join(directory, "nginx");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const [configuration, upstreams] = [join(folder, "nginx.conf"), join(folder, "upstreams.conf")];
  writeFileSync(upstreams, renderUpstreams(instances));
  writeFileSync(
    configuration,
    renderNginx({
      RUN_DIR: folder,
      UPSTREAMS: upstreams,
      LISTEN: `${host.includes(":") ? `[${host}]` : host}:${port}`,
      REAL_IP: realIp(proxies),
      WEB_ROOT: webRoot,
      MEDIA_ORIGINS: mediaOrigins.join(" "),
      ALLOWED_ORIGINS: originsMap(origins),
    }),
  );
  // As root, nginx hands its workers to another user, who must get into its folders.
  if (process.getuid?.() === 0) chmodSync(folder, 0o755);
  return {
    name: "nginx",
    instance: "nginx",
    port,
    command: program,
    args: ["-p", folder, "-c", configuration, "-g", `daemon off;${process.getuid?.() === 0 ? " user root;" : ""}`],
    environment: {},
    ready: listens(host, port),
  };
}

/**
 * Starts the whole topology of docker-compose.yml as processes of this machine: servers, every instance of every part,
 * nginx in front. Resolves when all are ready. Throws `InfraFailed` and `FolderInUse`, after stopping what it has started.
 */
export async function startCluster({
  directory,
  port: wantedPort,
  scale,
  restart,
  passedOn = {},
  given = {},
  durable = true,
  progress,
}: ClusterOptions): Promise<Cluster> {
  const folder = join(directory, "cluster");
  const lock = lockFolder(folder);
  let closing = false;
  let supervisor: Supervisor | undefined;
  let requests: ReturnType<typeof serveRestarts> | undefined;
  let infra: Awaited<ReturnType<typeof startInfra<ServerName>>> | undefined;
  const close = async () => {
    closing = true;
    requests?.close();
    await supervisor?.close([["nginx"], ["api-gateway"], ["notification-service"], serviceNames]);
    await infra?.close();
    lock.release();
  };
  try {
    const { nginx } = await prepareInfra(["nginx"], progress);
    if (!("program" in nginx)) throw new InfraFailed("nginx: not found on this machine; install it");
    progress("Starting PostgreSQL, Redis and RabbitMQ …");
    infra = await startInfra({ directory: join(folder, "servers"), need: ["postgres", "redis", "rabbitmq"], given, durable, progress });
    const { servers } = infra;
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
    supervisor = createSupervisor({ directory: folder, restart, progress });
    for (const [name, server] of Object.entries(servers)) {
      supervisor.list({ name, instance: name, port: server.port, pid: () => server.pid });
      if (restart && server.pid !== undefined)
        void keepAlive(
          name,
          server,
          progress,
          () => closing,
          () => held.get(name),
        );
    }

    const count = partNames.reduce((sum, name) => sum + (scale[name] ?? 1), 0);
    const [nginxPort = 0, ...ports] = await freePorts(count + 1);
    const port = wantedPort || nginxPort;
    const url = `http://localhost:${port}`;
    // What follows from the operator's settings for nginx's port.
    const config = readConfig({ ...passedOn, MODE: "", PORT: String(port) });
    const { mediaBases, mediaOrigins } = config;
    const instances = planInstances(scale, ports);
    const secrets = readOrCreateSecrets(folder);
    const shared: Shared = {
      databaseUrls: await prepareDatabases(servers.postgres.url),
      rabbitmqUrl: servers.rabbitmq.url,
      redisUrl: servers.redis.url,
      internalTokenSecret: secrets.internalTokenSecret,
      tokenPrivateKey: secrets.tokenPrivateKey,
      mediaBases,
      dataDirectory: join(folder, "data"),
      passedOn: { ...passedOn, PUBLIC_URL: ownOriginsOf(config).join(",") },
    };
    const { start: startProcess, replace } = supervisor;
    progress(`Starting ${instances.length} processes …`);
    let ready = 0;
    await Promise.all(
      instances.map(async (plan) => {
        await startProcess({
          ...plan,
          command: process.execPath,
          args: [start, `--services=${plan.name}`],
          environment: environmentOf(plan, instances, shared),
          ready: isReady(plan.port),
          ...(portsCanBeShared && { announces: "NewFeed ready" }),
        });
        progress(`  ${++ready}/${instances.length} ${plan.instance} on port ${plan.port}`);
      }),
    );
    await startProcess(planNginx(nginx.program, folder, port, instances, passedOn, mediaOrigins));
    const restartPart = async (part: string) => {
      const names = instances.filter(({ name }) => name === part).map(({ instance }) => instance);
      for (const name of names) {
        progress(`Replacing ${name} …`);
        await replace(name);
      }
      return names;
    };
    requests = serveRestarts(folder, restartPart);
    return { url, rows: supervisor.rows, servers, signal: supervisor.signal, restart: restartPart, hold, close };
  } catch (error) {
    await close();
    throw error;
  }
}
