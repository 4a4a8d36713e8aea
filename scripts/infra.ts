import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startContainer } from "./infra/docker.ts";
import { startKafka } from "./infra/kafka.ts";
import { startPostgresServer } from "./infra/postgres.ts";
import { findPrograms, type ProgramName, type Source } from "./infra/programs.ts";
import { startRabbitmq } from "./infra/rabbitmq.ts";
import { startRedis } from "./infra/redis.ts";
import { givenServer, InfraFailed, type Server } from "./infra/server.ts";

export { installedProgram } from "./infra/programs.ts";
export { InfraFailed, type Server } from "./infra/server.ts";

export type ServerName = "postgres" | "redis" | "rabbitmq" | "kafka";

export interface InfraOptions<N extends ServerName> {
  /** The servers' files; a later run on it finds the same data. */
  directory: string;
  need: readonly N[];
  /** URLs of running servers, which are used and never stopped. */
  given?: Partial<Record<ServerName, string | undefined>>;
  /** Port of RabbitMQ's management UI; off without one. */
  managementPort?: number;
  /** Port of RabbitMQ's metrics; off without one, and in Docker. */
  metricsPort?: number | undefined;
  /** Whether Redis keeps its data across restarts. */
  persistentRedis?: boolean;
  /** False trades PostgreSQL's durability for speed: for tests only. */
  durable?: boolean;
  /** Receives a line for each step that takes long. */
  progress?: (line: string) => void;
  /** Ends a start that is not wanted any more. */
  signal?: AbortSignal | undefined;
}

export interface Infra<N extends ServerName> {
  servers: Record<N, Server>;
  /** Stops the servers that were started here, not those given by URL. */
  close(): Promise<void>;
}

const toStderr = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/**
 * Finds the given programs on this machine, installs them, or falls back to Docker. Starts nothing. Throws `InfraFailed`
 * with one line that names what is missing.
 */
export function prepareInfra<N extends ServerName | ProgramName>(need: readonly N[], progress = toStderr): Promise<Record<N & ProgramName, Source>> {
  return findPrograms(
    need.filter((name): name is N & ProgramName => name !== "postgres" && name !== "kafka"),
    progress,
  );
}

type Passwords = Record<Exclude<ServerName, "kafka">, string>;
/** The servers' passwords, generated once per directory, since data outlives a run. Throws `InfraFailed` when data have lost theirs. */
function passwordsIn(directory: string): Passwords {
  const file = join(directory, "passwords.json");
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Passwords;
  } catch {
    if (existsSync(join(directory, "postgres/data/PG_VERSION")))
      throw new InfraFailed(`${file} is missing, and the database in ${directory} needs its password: restore that file, too`);
    // Programs get them as arguments, too: none may begin like an option.
    const random = () => randomBytes(18).toString("hex");
    const passwords = { postgres: random(), redis: random(), rabbitmq: random() };
    mkdirSync(directory, { recursive: true, mode: 0o711 });
    writeFileSync(file, JSON.stringify(passwords), { mode: 0o600 });
    return passwords;
  }
}

/**
 * Starts the needed servers, each on a free loopback port with its own directory, and waits until they accept
 * connections. Throws `InfraFailed`, and the reason of `signal`.
 */
export async function startInfra<const N extends ServerName>(options: InfraOptions<N>): Promise<Infra<N>> {
  const { directory, need, given = {}, managementPort, metricsPort, persistentRedis = false, durable = true, progress = toStderr, signal } = options;
  const own = need.filter((name) => !given[name]);
  const sources = await prepareInfra<ServerName>(own, progress);
  const passwords = passwordsIn(directory);
  const folder = (name: ServerName) => join(directory, name);
  const start: Record<ServerName, () => Promise<Server>> = {
    postgres: () => startPostgresServer({ directory: folder("postgres"), password: passwords.postgres, durable }, signal),
    redis: () =>
      "image" in sources.redis
        ? startContainer("redis", sources.redis.image, passwords.redis)
        : startRedis({ ...sources.redis, directory: folder("redis"), password: passwords.redis, persistent: persistentRedis }, signal),
    rabbitmq: () =>
      "image" in sources.rabbitmq
        ? startContainer("rabbitmq", sources.rabbitmq.image, passwords.rabbitmq)
        : startRabbitmq({ ...sources.rabbitmq, directory: folder("rabbitmq"), password: passwords.rabbitmq, managementPort, metricsPort }, signal),
    kafka: () => startKafka(folder("kafka"), signal),
  };
  const started = await Promise.allSettled(
    need.map(async (name) => {
      const url = given[name];
      return [name, url ? givenServer(name, url) : await start[name]()] as const;
    }),
  );
  const servers = started.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const close = async () => {
    await Promise.all(servers.map(([, server]) => server.close()));
  };
  const failed = started.find((result) => result.status === "rejected");
  if (failed) {
    await close();
    throw failed.reason;
  }
  return { servers: Object.fromEntries(servers) as Record<N, Server>, close };
}
