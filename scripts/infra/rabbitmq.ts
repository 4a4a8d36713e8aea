import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { answers } from "./answers.ts";
import { freePort, type RunningProgram, type Server, startProgram, startServer } from "./server.ts";

export interface RabbitmqOptions {
  program: string;
  directory: string;
  password: string;
  /** The port of its management UI; without one there is none. */
  managementPort?: number | undefined;
}

/** Does it speak AMQP 0-9-1? Its listener opens last when it boots. */
export const rabbitmqReady = (port: number) => answers(port, "AMQP\x00\x00\x09\x01", (reply) => reply.startsWith("\x01"));

/**
 * RabbitMQ on free loopback ports, apart from any other on this machine: a node, a port mapper (epmd), a cookie, data,
 * logs and configuration of its own. Its user, whose password is made here, is there again after `wipe`.
 */
export async function startRabbitmq({ program, directory, password, managementPort }: RabbitmqOptions): Promise<Server> {
  const home = join(directory, "home");
  const data = join(directory, "data");
  const [port, nodePort, mapperPort] = [await freePort(), await freePort(), await freePort()];
  const configuration = [
    `listeners.tcp.1 = 127.0.0.1:${port}`,
    "default_user = newfeed",
    `default_pass = ${password}`,
    "log.file.level = info",
    // The default, a share of the whole disk or memory, says nothing about what this one may take.
    "disk_free_limit.absolute = 100MB",
    ...(managementPort ? ["management.tcp.ip = 127.0.0.1", `management.tcp.port = ${managementPort}`] : []),
  ];
  const files = {
    "rabbitmq.conf": `${configuration.join("\n")}\n`,
    enabled_plugins: `[${managementPort ? "rabbitmq_management" : ""}].\n`,
    // In place of the system's own, which may say anything.
    "rabbitmq-env.conf": "",
    "advanced.config": "[].\n",
  };
  await mkdir(home, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text, { mode: 0o600 });

  const environment = {
    HOME: home,
    ERL_EPMD_PORT: String(mapperPort),
    ERL_EPMD_ADDRESS: "127.0.0.1",
    RABBITMQ_NODENAME: "newfeed@localhost",
    RABBITMQ_DIST_PORT: String(nodePort),
    RABBITMQ_MNESIA_BASE: data,
    RABBITMQ_LOG_BASE: join(directory, "log"),
    RABBITMQ_CONFIG_FILE: join(directory, "rabbitmq.conf"),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(directory, "advanced.config"),
    RABBITMQ_CONF_ENV_FILE: join(directory, "rabbitmq-env.conf"),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(directory, "enabled_plugins"),
    RABBITMQ_GENERATED_CONFIG_DIR: join(directory, "config"),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "-kernel inet_dist_use_interface {127,0,0,1}",
    // The start script then becomes the server instead of waiting for it, so that signals reach the server itself.
    RABBITMQ_ALLOW_INPUT: "true",
    RABBITMQ_SERVER_START_ARGS: "-noinput",
  };
  // `rabbitmqctl` for this one: `<directory>/rabbitmqctl list_queues`.
  const exports = Object.entries(environment).map(([name, value]) => `export ${name}='${value}'\n`);
  await writeFile(join(directory, "rabbitmqctl"), `#!/bin/sh\n${exports.join("")}exec '${join(dirname(program), "rabbitmqctl")}' "$@"\n`, { mode: 0o700 });
  const log = join(directory, "output.log");

  let mapper: RunningProgram | undefined;
  const run = async (): Promise<RunningProgram> => {
    // Started here: RabbitMQ would leave one behind that nobody knows.
    if (mapper?.pid === undefined)
      mapper = await startProgram({
        name: "epmd",
        command: ["epmd", "-port", String(mapperPort), "-address", "127.0.0.1"],
        log,
        ready: () => answers(mapperPort, "\x00\x01n", (reply) => reply.length >= 4),
      });
    return startProgram({ name: "RabbitMQ", command: [program], environment, log, ready: () => rabbitmqReady(port) });
  };
  return startServer({
    url: `amqp://newfeed:${password}@127.0.0.1:${port}`,
    run,
    wipe: () => rm(data, { recursive: true, force: true }),
    close: async () => mapper?.stop(),
  });
}
