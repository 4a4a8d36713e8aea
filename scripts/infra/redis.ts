import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makePrivateFolder } from "@newfeed/shared/embedded/private-folder.ts";
import { answers } from "./answers.ts";
import { freePort, type Server, startProgram, startServer } from "./server.ts";

export interface RedisOptions {
  program: string;
  directory: string;
  password: string;
  /** Whether data survives a restart. */
  persistent?: boolean;
}

/** Whether it accepts commands, which it does not while it loads its data. */
export const redisReady = (port: number, password: string) => answers(port, `AUTH ${password}\r\nPING\r\n`, (reply) => reply.includes("+PONG"));

/** Starts Redis on a free loopback port, with a password and its own directory. */
export async function startRedis({ program, directory, password, persistent = false }: RedisOptions): Promise<Server> {
  const data = join(directory, "data");
  const port = await freePort();
  const configuration = join(directory, "redis.conf");
  const lines = [
    "bind 127.0.0.1",
    `port ${port}`,
    `requirepass ${password}`,
    `dir ${data}`,
    'save ""',
    `appendonly ${persistent ? "yes" : "no"}`,
    "daemonize no",
  ];
  makePrivateFolder(directory);
  await writeFile(configuration, `${lines.join("\n")}\n`, { mode: 0o600 });
  return startServer({
    url: `redis://:${password}@127.0.0.1:${port}`,
    async run() {
      await mkdir(data, { recursive: true });
      return startProgram({ name: "Redis", command: [program, configuration], log: join(directory, "output.log"), ready: () => redisReady(port, password) });
    },
    wipe: () => rm(data, { recursive: true, force: true }),
  });
}
