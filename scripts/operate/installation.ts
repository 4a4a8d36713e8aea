import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { databaseOf, type ServiceName } from "@newfeed/shared/contracts/services.ts";
import { startPostgres } from "@newfeed/shared/embedded/postgres.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import { type Config, ConfigError } from "@newfeed/shared/runtime/config.ts";
import { ensureDatabase, openDatabase } from "@newfeed/shared/runtime/database.ts";
import { FolderInUse, lockFolder } from "@newfeed/shared/runtime/folder-lock.ts";
import { readOrCreateSecrets } from "@newfeed/shared/runtime/secrets.ts";
import type { TableRow } from "../cluster/supervisor.ts";

/** What an operator's command works on: the feed of a data folder, a cluster, or a server given by its URL. */
export interface Installation {
  /** Printed: which one it is. */
  description: string;
  /** DATABASE_URL names a single database, not a server: the caller must know its service. */
  oneDatabase: boolean;
  /** A service's database. */
  openDatabase(name: ServiceName): Promise<RawDatabase>;
  close(): Promise<void>;
}

/** Access to the databases of an installation. */
interface Servers {
  description: string;
  oneDatabase: boolean;
  databaseUrl(name: ServiceName): Promise<string>;
  stop(): Promise<void>;
}

export interface FindOptions {
  config: Config;
  /** Selects one of two that run on the same data folder. */
  kind?: "embedded" | "cluster" | undefined;
  /** Creates missing databases, as the first start does. */
  create?: boolean;
  logger: Logger;
}

const nothing = async () => {};

function at(url: string, database: string, role?: string): string {
  const target = Object.assign(new URL(url), { pathname: `/${database}` });
  // Objects that the superuser creates must belong to the service's role.
  if (role) target.searchParams.set("options", `-c timezone=UTC -c role=${role}`);
  return target.href;
}

/** The server that the environment names, or one service's database. */
function given(databaseUrl: string, { databasePrefix }: Config): Servers {
  const oneDatabase = new URL(databaseUrl).pathname.length > 1;
  return {
    description: new URL(databaseUrl).host,
    oneDatabase,
    async databaseUrl(name) {
      if (oneDatabase) return databaseUrl;
      const database = databasePrefix + databaseOf(name);
      await ensureDatabase(at(databaseUrl, "postgres"), database);
      return at(databaseUrl, database);
    },
    stop: nothing,
  };
}

/** The process table of the cluster that is running in this folder. */
function clusterTable(directory: string): TableRow[] | undefined {
  try {
    const { pid } = JSON.parse(readFileSync(join(directory, "cluster/process.json"), "utf8")) as { pid: number };
    process.kill(pid, 0);
    return JSON.parse(readFileSync(join(directory, "cluster/processes.json"), "utf8")) as TableRow[];
  } catch {
    return undefined;
  }
}

function runningCluster(directory: string, table: readonly TableRow[]): Servers {
  const passwords = JSON.parse(readFileSync(join(directory, "cluster/servers/passwords.json"), "utf8")) as Record<"postgres", string>;
  const portOf = (name: string) => table.find((row) => row.name === name)?.port;
  const server = `postgresql://postgres:${encodeURIComponent(passwords.postgres)}@127.0.0.1:${portOf("postgres")}`;
  return {
    description: `the cluster in ${directory}`,
    oneDatabase: false,
    databaseUrl: async (name) => at(server, `newfeed_${databaseOf(name)}`, `newfeed_${databaseOf(name)}`),
    stop: nothing,
  };
}

/** The port of a running feed's PostgreSQL (its pid file, line 4), once it accepts connections (line 8). */
async function portOfRunning(directory: string): Promise<number> {
  for (let left = 100; left > 0; left--) {
    try {
      const lines = readFileSync(join(directory, "postgres/data/postmaster.pid"), "utf8").split("\n");
      if (lines[7]?.startsWith("ready")) return Number(lines[3]);
    } catch {
      // Still starting.
    }
    await sleep(100);
  }
  throw new ConfigError(`NewFeed is running in ${directory} without a PostgreSQL there; set DATABASE_URL`);
}

/** The embedded PostgreSQL of a data folder: the running feed's, or one started for this command. */
async function embedded({ dataDirectory: directory, databasePrefix, test }: Config, create: boolean): Promise<Servers> {
  if (!create && !existsSync(join(directory, "postgres/data/PG_VERSION")))
    throw new ConfigError(`there is no NewFeed data in ${directory}; select another folder with --data`);
  const servers = (description: string, url: (database: string) => string, stop: () => Promise<void>): Servers => ({
    description,
    oneDatabase: false,
    async databaseUrl(name) {
      const database = databasePrefix + databaseOf(name);
      await ensureDatabase(url("postgres"), database);
      return url(database);
    },
    stop,
  });
  let lock: ReturnType<typeof lockFolder>;
  try {
    lock = lockFolder(directory);
  } catch (error) {
    if (!(error instanceof FolderInUse)) throw error;
    const port = await portOfRunning(directory);
    const { databasePassword } = readOrCreateSecrets(directory);
    const server = `postgresql://postgres:${encodeURIComponent(databasePassword)}@127.0.0.1:${port}`;
    return servers(`the running feed in ${directory}`, (database) => at(server, database), nothing);
  }
  try {
    const { databasePassword: password } = readOrCreateSecrets(directory);
    const server = await startPostgres({ directory: join(directory, "postgres"), password, durable: !test });
    return servers(`the feed in ${directory}, which is not running`, server.url, async () => {
      await server.close();
      lock.release();
    });
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function findServers({ config, kind, create = false }: FindOptions): Promise<Servers> {
  if (!kind && config.databaseUrl) return given(config.databaseUrl, config);
  const directory = config.dataDirectory;
  const table = kind === "embedded" ? undefined : clusterTable(directory);
  if (kind === "cluster" && !table) throw new ConfigError(`no cluster is running in ${directory}; start it with \`npm run cluster\``);
  if (!kind && table && existsSync(join(directory, "postgres/data/postmaster.pid")))
    throw new ConfigError(`both a cluster and \`npm start\` are running in ${directory}; add --cluster or --embedded`);
  return table ? runningCluster(directory, table) : embedded(config, create);
}

/** Finds what a command works on. Throws `ConfigError`, `PostgresFailed`. */
export async function findInstallation(options: FindOptions): Promise<Installation> {
  const { description, oneDatabase, databaseUrl, stop } = await findServers(options);
  const closers: (() => Promise<void>)[] = [];
  return {
    description,
    oneDatabase,
    async openDatabase(name) {
      const database = openDatabase(await databaseUrl(name), options.logger, 2);
      closers.push(() => database.close());
      return database;
    },
    async close() {
      for (const close of closers.reverse()) await close();
      await stop();
    },
  };
}
