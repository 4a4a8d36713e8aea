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

/** Whether it accepts commands, which it does not while it loads its data, and is the given process: its port may be another's. */
export const redisReady = (port: number, password: string, pid?: number) =>
  answers(
    port,
    `AUTH ${password}\r\nINFO server\r\nPING\r\n`,
    (reply) => reply.includes("+PONG") && (pid === undefined || reply.includes(`\nprocess_id:${pid}\r`)),
  );

/** Starts Redis on a free loopback port, with a password and its own directory. */
export async function startRedis({ program, directory, password, persistent = false }: RedisOptions, signal?: AbortSignal): Promise<Server> {
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
  return startServer(
    {
      url: `redis://:${password}@127.0.0.1:${port}`,
      async run(aborted) {
        await mkdir(data, { recursive: true });
        return startProgram({
          name: "Redis",
          command: [program, configuration],
          log: join(directory, "output.log"),
          ready: ({ pid }) => redisReady(port, password, pid),
          signal: aborted,
        });
      },
      wipe: () => rm(data, { recursive: true, force: true }),
    },
    signal,
  );
}
