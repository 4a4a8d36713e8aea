import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PostgresFailed, type PostgresOptions, type PostgresServer, startPostgres } from "@newfeed/shared/embedded/postgres.ts";
import { endLeftovers } from "./leftovers.ts";
import { freePort, type Server, startServer } from "./server.ts";

export interface PostgresServerOptions {
  directory: string;
  password: string;
  durable: boolean;
}

/** After a SIGKILL, a new server cannot start until the old one's backends have exited. */
const backendsEndWithinMs = 30_000;

async function startWhenFree(options: PostgresOptions, signal: AbortSignal): Promise<PostgresServer> {
  for (const deadline = Date.now() + backendsEndWithinMs; ; await sleep(100)) {
    signal.throwIfAborted();
    try {
      return await startPostgres(options);
    } catch (error) {
      if (Date.now() > deadline || !(error instanceof PostgresFailed && error.message.includes("shared memory block"))) throw error;
      // Most have noticed by now; a frozen one does not.
      await endLeftovers([options.directory]);
    }
  }
}

/** Starts PostgreSQL from npm on a free loopback port. The URL is the superuser's. */
export async function startPostgresServer({ directory, password, durable }: PostgresServerOptions, signal?: AbortSignal): Promise<Server> {
  const port = await freePort();
  return startServer(
    {
      url: `postgresql://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`,
      async run(aborted) {
        const server = await startWhenFree({ directory, password, durable, port, maxConnections: 400 }, aborted);
        let alive = true;
        const ended = server.ended.then(() => {
          alive = false;
        });
        return {
          get pid() {
            return alive ? server.pid : undefined;
          },
          ended,
          signal(name) {
            if (alive) process.kill(server.pid, name);
          },
          stop: server.close,
        };
      },
      wipe: () => rm(join(directory, "data"), { recursive: true, force: true }),
    },
    signal,
  );
}
