import { existsSync } from "node:fs";
import { join } from "node:path";
import { databaseOf, type StoringServiceName } from "@newfeed/shared/contracts/services.ts";
import { startPostgres } from "@newfeed/shared/embedded/postgres.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import type { Logger } from "@newfeed/shared/ports/logger.ts";
import { type Config, ConfigError } from "@newfeed/shared/runtime/config.ts";
import { ensureDatabase, openDatabase, ownerOf } from "@newfeed/shared/runtime/database.ts";
import { FolderInUse, isFolderInUse, lockFolder } from "@newfeed/shared/runtime/folder-lock.ts";
import { hasTables } from "@newfeed/shared/runtime/migrate.ts";
import { readOrCreateSecrets } from "@newfeed/shared/runtime/secrets.ts";
import { reach } from "@newfeed/shared/runtime/unreachable.ts";
import { type Form, type FormData, passwordOf, portOf, recognise } from "./data-folder.ts";

/** What an operator's command works on: the feed or the cluster of a data folder, or a server given by its URL. */
export interface Installation {
  /** Printed: which one it is. */
  description: string;
  /** Whether its services run; undefined for a server given by its URL. */
  running: boolean | undefined;
  /** Where its services keep files, when that is on this machine. */
  dataDirectory: string;
  /** DATABASE_URL names a single database, not a server: the caller must know its service. */
  oneDatabase: boolean;
  /** What a data folder holds, and its server, as a superuser; undefined for a server given by its URL. */
  folder: { path: string; form: Form; serverUrl: string } | undefined;
  /** A service's database. Throws `ConfigError` if it is another service's, or not there and not to be created. */
  openDatabase(name: StoringServiceName): Promise<RawDatabase>;
  /** A service's database, whatever is in it; null when it is not there. */
  findDatabase(name: StoringServiceName): Promise<RawDatabase | null>;
  close(): Promise<void>;
}

/** A PostgreSQL server, or one database of it. */
interface Server {
  description: string;
  running: boolean | undefined;
  dataDirectory: string;
  oneDatabase: boolean;
  folder: { path: string; form: Form } | undefined;
  /** Of the databases' names. */
  prefix: string;
  url(database: string): string;
  stop(): Promise<void>;
}

export interface FindOptions {
  config: Config;
  /** Selects one of two in the same data folder. */
  form?: Form | undefined;
  /** Creates missing databases, as the first start does. */
  create?: boolean;
  logger: Logger;
}

const nothing = async () => {};

const at = (server: string) => (database: string) => Object.assign(new URL(server), { pathname: `/${database}` }).href;

/** The server that the environment names, or one service's database. */
function given(url: string, { databasePrefix: prefix, dataDirectory }: Config): Server {
  const { host, pathname } = new URL(url);
  const oneDatabase = pathname.length > 1;
  const shared = { description: host, running: undefined, dataDirectory, folder: undefined, prefix, stop: nothing };
  return { ...shared, oneDatabase, url: oneDatabase ? () => url : at(url) };
}

/** The PostgreSQL of a data folder: the running one, or one started for this command. */
async function stored(directory: string, data: FormData, { databasePrefix, test }: Config): Promise<Server> {
  const isNew = !existsSync(join(data.postgres, "data/PG_VERSION")) && !isFolderInUse(data.lock);
  const password = isNew ? readOrCreateSecrets(directory).databasePassword : passwordOf(directory, data);
  const folder = { path: directory, form: data.form };
  const shared = { dataDirectory: data.data, oneDatabase: false, folder, prefix: data.form === "cluster" ? "newfeed_" : databasePrefix };
  let lock: ReturnType<typeof lockFolder>;
  try {
    lock = lockFolder(data.lock);
  } catch (error) {
    if (!(error instanceof FolderInUse)) throw error;
    const url = at(`postgresql://postgres:${encodeURIComponent(password)}@127.0.0.1:${await portOf(directory, data)}`);
    return { ...shared, description: `the running ${data.noun} in ${directory}`, running: true, url, stop: nothing };
  }
  try {
    const server = await startPostgres({ directory: data.postgres, password, durable: !test });
    const stop = async () => {
      await server.close();
      lock.release();
    };
    return { ...shared, description: `the ${data.noun} in ${directory}, which is not running`, running: false, url: server.url, stop };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function findServer({ config, form, create = false }: FindOptions): Server | Promise<Server> {
  if (!form && config.databaseUrl) return given(config.databaseUrl, config);
  const directory = config.dataDirectory;
  return stored(directory, recognise(directory, { form, create }), config);
}

/** A service's database, as its owner, to whom all that is created there must belong; null if it is missing. */
async function databaseUrl({ oneDatabase, prefix, url }: Server, name: StoringServiceName, create: boolean): Promise<string | null> {
  const database = prefix + databaseOf(name);
  if (oneDatabase) return url(database);
  const owner = await ownerOf(url("postgres"), database);
  if (!owner) {
    if (!create) return null;
    await ensureDatabase(url("postgres"), database);
    return url(database);
  }
  const target = new URL(url(database));
  target.searchParams.set("options", `-c timezone=UTC -c role=${owner}`);
  return target.href;
}

const migrationsOf = (name: StoringServiceName) => new URL(`../../${name}/prisma/migrations/`, import.meta.url);

/** Finds what a command works on. Throws `ConfigError`, `PostgresFailed`; opening a database throws `ServerUnreachable`. */
export async function findInstallation(options: FindOptions): Promise<Installation> {
  const { create = false, logger } = options;
  const server = await findServer(options);
  const pooled = server.folder === undefined && options.config.databasePooling === "transaction";
  // Such a command works as the owner of each database, which a connection asks for when it is opened.
  if (pooled && !server.oneDatabase)
    throw new ConfigError(
      "DATABASE_POOLING=transaction: for this command name the server itself in DATABASE_URL, not the pooler, and leave DATABASE_POOLING out",
    );
  const { description, running, dataDirectory, oneDatabase, folder } = server;
  const closers: (() => Promise<void>)[] = [];
  function open(url: string): RawDatabase {
    const database = openDatabase(url, logger, 2, { pooled });
    closers.push(() => database.close());
    return database;
  }
  return {
    description,
    running,
    dataDirectory,
    oneDatabase,
    folder: folder && { ...folder, serverUrl: server.url("postgres") },
    async openDatabase(name) {
      const url = await databaseUrl(server, name, create);
      if (url === null) throw new ConfigError(`${description}: there is no database ${server.prefix}${databaseOf(name)}`);
      const database = open(url);
      if (!(await reach(url, () => hasTables(database, migrationsOf(name)))) && !create)
        throw new ConfigError(`${description}: the database has no tables of ${name}; restore them, or run \`npm run migrate\``);
      return database;
    },
    async findDatabase(name) {
      const url = await databaseUrl(server, name, false);
      return url === null ? null : open(url);
    },
    async close() {
      for (const close of closers.reverse()) await close();
      await server.stop();
    },
  };
}
