import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { rabbitmqPlugins, rabbitmqReady } from "./rabbitmq.ts";
import { redisReady } from "./redis.ts";
import { freePort, InfraFailed, type Server } from "./server.ts";

const run = promisify(execFile);

interface Container {
  port: number;
  url(port: number, password: string): string;
  options(password: string): string[];
  command(password: string): string[];
  ready(port: number, password: string): Promise<boolean>;
}

const containers: Record<"redis" | "rabbitmq", Container> = {
  redis: {
    port: 6379,
    url: (port, password) => `redis://:${password}@127.0.0.1:${port}`,
    options: () => [],
    command: (password) => ["redis-server", "--requirepass", password, "--save", ""],
    ready: redisReady,
  },
  rabbitmq: {
    port: 5672,
    url: (port, password) => `amqp://newfeed:${password}@127.0.0.1:${port}`,
    // The node is named after its host, and its data after the node.
    options: (password) => ["--hostname", "newfeed", "-e", "RABBITMQ_DEFAULT_USER=newfeed", "-e", `RABBITMQ_DEFAULT_PASS=${password}`],
    command: () => ["sh", "-c", `rabbitmq-plugins enable --offline ${rabbitmqPlugins.join(" ")} && exec docker-entrypoint.sh rabbitmq-server`],
    ready: rabbitmqReady,
  },
};

const startWithinMs = 120_000;

/** Runs the server in a container. Its data is removed with the container. */
export async function startContainer(name: "redis" | "rabbitmq", image: string, password: string): Promise<Server> {
  const { port: inside, url, options, command, ready } = containers[name];
  const port = await freePort();
  const container = `newfeed-${name}-${randomBytes(6).toString("hex")}`;
  const docker = (...args: string[]) => run("docker", args);
  let exists = false;
  let ended = Promise.resolve();

  const start = async () => {
    if (exists) await docker("start", container);
    else await docker("run", "-d", "--name", container, "-p", `127.0.0.1:${port}:${inside}`, ...options(password), image, ...command(password));
    exists = true;
    ended = docker("wait", container).then(
      () => {},
      () => {},
    );
    const deadline = Date.now() + startWithinMs;
    while (!(await ready(port, password))) {
      if (Date.now() > deadline) throw new InfraFailed(`${name} did not start in Docker; see \`docker logs ${container}\``);
      await sleep(100);
    }
  };
  const server: Server = {
    url: url(port, password),
    port,
    pid: undefined,
    get ended() {
      return ended;
    },
    signal(signal) {
      // The container's first process may be a wrapper script, so all processes are paused.
      const verb = { SIGSTOP: "pause", SIGCONT: "unpause" }[signal as string];
      void docker(...(verb ? [verb, container] : ["kill", "--signal", signal, container])).catch(() => {});
    },
    async stop(signal = "SIGTERM") {
      await docker("unpause", container).catch(() => {});
      await docker("kill", "--signal", signal, container).catch(() => {});
      await ended;
    },
    start,
    async wipe() {
      await docker("rm", "-f", "-v", container);
      exists = false;
    },
    close: async () => {
      await docker("rm", "-f", "-v", container);
    },
  };
  try {
    await start();
    return server;
  } catch (error) {
    await server.close();
    throw error;
  }
}
