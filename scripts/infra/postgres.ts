import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PostgresFailed, type PostgresOptions, type PostgresServer, startPostgres } from "@newfeed/shared/embedded/postgres.ts";
import { freePort, type Server, startServer } from "./server.ts";

export interface PostgresServerOptions {
  directory: string;
  password: string;
  durable: boolean;
}

/** PostgreSQL's fast shutdown: SIGTERM would wait for its clients. */
const fast = "SIGINT";

/** After a SIGKILL, a new server cannot start until the old one's backends have noticed and exited. */
const orphansEndWithinMs = 30_000;

async function startWhenFree(options: PostgresOptions): Promise<PostgresServer> {
  for (const deadline = Date.now() + orphansEndWithinMs; ; await sleep(100)) {
    try {
      return await startPostgres(options);
    } catch (error) {
      if (Date.now() > deadline || !(error instanceof PostgresFailed && error.message.includes("shared memory block"))) throw error;
    }
  }
}

/** Starts PostgreSQL from npm on a free loopback port. The URL is the superuser's. */
export async function startPostgresServer({ directory, password, durable }: PostgresServerOptions): Promise<Server> {
  const port = await freePort();
  return startServer({
    url: `postgresql://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`,
    async run() {
      const server = await startWhenFree({ directory, password, durable, port, maxConnections: 400 });
      let alive = true;
      const ended = server.ended.then(() => {
        alive = false;
      });
      return {
        get pid() {
          return alive ? server.pid : undefined;
        },
        ended,
        signal(signal) {
          if (alive) process.kill(server.pid, signal);
        },
        async stop(signal = fast) {
          if (!alive) return;
          process.kill(server.pid, signal);
          process.kill(server.pid, "SIGCONT");
          await ended;
        },
      };
    },
    wipe: () => rm(join(directory, "data"), { recursive: true, force: true }),
  });
}
