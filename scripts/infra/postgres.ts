import { rm } from "node:fs/promises";
import { join } from "node:path";
import { startPostgres } from "@newfeed/shared/embedded/postgres.ts";
import { freePort, type Server, startServer } from "./server.ts";

export interface PostgresServerOptions {
  directory: string;
  password: string;
  durable: boolean;
}

/** PostgreSQL's own words: SIGTERM waits for its clients, SIGINT does not, SIGQUIT is "immediate". */
const fast = "SIGINT";

/** PostgreSQL from npm on a free loopback port; its URL is that of the superuser. */
export async function startPostgresServer({ directory, password, durable }: PostgresServerOptions): Promise<Server> {
  const port = await freePort();
  return startServer({
    url: `postgresql://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`,
    async run() {
      const server = await startPostgres({ directory, password, durable, port, maxConnections: 400 });
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
