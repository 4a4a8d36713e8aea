import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makePrivateFolder } from "@newfeed/shared/embedded/private-folder.ts";
import { answers } from "./answers.ts";
import { freePort, type RunningProgram, type Server, startProgram, startServer } from "./server.ts";

export interface RabbitmqOptions {
  program: string;
  directory: string;
  password: string;
  /** Port of the management UI; off without one. */
  managementPort?: number | undefined;
  /** Port of the plugin rabbitmq_prometheus; off without one. */
  metricsPort?: number | undefined;
}

/** What a bus of several partitions needs. */
export const rabbitmqPlugins = ["rabbitmq_consistent_hash_exchange"];

/** Whether it speaks AMQP 0-9-1. Its listener opens last at boot. */
export const rabbitmqReady = (port: number) => answers(port, "AMQP\x00\x00\x09\x01", (reply) => reply.startsWith("\x01"));

/**
 * Starts RabbitMQ on free loopback ports, isolated from any other on this machine: its own node, port mapper (epmd),
 * cookie, data, logs and configuration. Its user exists again after `wipe`.
 */
export async function startRabbitmq({ program, directory, password, managementPort, metricsPort }: RabbitmqOptions, signal?: AbortSignal): Promise<Server> {
  const home = join(directory, "home");
  const data = join(directory, "data");
  const [port, nodePort, mapperPort] = [await freePort(), await freePort(), await freePort()];
  const configuration = [
    `listeners.tcp.1 = 127.0.0.1:${port}`,
    "default_user = newfeed",
    `default_pass = ${password}`,
    "log.file.level = info",
    "log.file.rotation.size = 16777216",
    "log.file.rotation.count = 1",
    // The default depends on the machine's memory and disk.
    "disk_free_limit.absolute = 100MB",
    ...(managementPort ? ["management.tcp.ip = 127.0.0.1", `management.tcp.port = ${managementPort}`] : []),
    ...(metricsPort ? ["prometheus.tcp.ip = 127.0.0.1", `prometheus.tcp.port = ${metricsPort}`] : []),
  ];
  const plugins = [...rabbitmqPlugins, ...(managementPort ? ["rabbitmq_management"] : []), ...(metricsPort ? ["rabbitmq_prometheus"] : [])];
  const files = {
    "rabbitmq.conf": `${configuration.join("\n")}\n`,
    enabled_plugins: `[${plugins.join(",")}].\n`,
    // Replaces the system-wide file.
    "rabbitmq-env.conf": "",
    "advanced.config": "[].\n",
  };
  makePrivateFolder(directory);
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
    // The start script then execs the server, so that signals reach it.
    RABBITMQ_ALLOW_INPUT: "true",
    RABBITMQ_SERVER_START_ARGS: "-noinput",
  };
  // A `rabbitmqctl` for this node: `<directory>/rabbitmqctl list_queues`.
  const exports = Object.entries(environment).map(([name, value]) => `export ${name}='${value}'\n`);
  await writeFile(join(directory, "rabbitmqctl"), `#!/bin/sh\n${exports.join("")}exec '${join(dirname(program), "rabbitmqctl")}' "$@"\n`, { mode: 0o700 });
  const log = join(directory, "output.log");

  let mapper: RunningProgram | undefined;
  const run = async (aborted: AbortSignal): Promise<RunningProgram> => {
    // Started here, because one that RabbitMQ starts would outlive it.
    if (mapper?.pid === undefined)
      mapper = await startProgram({
        name: "epmd",
        command: ["epmd", "-port", String(mapperPort), "-address", "127.0.0.1"],
        log,
        ready: () => answers(mapperPort, "\x00\x01n", (reply) => reply.length >= 4),
        signal: aborted,
      });
    return startProgram({
      name: "RabbitMQ",
      command: [program],
      environment,
      log,
      // Printed by this process: its port may be another's.
      ready: async ({ printed }) => /completed with \d+ plugins/.test(printed()) && (await rabbitmqReady(port)),
      signal: aborted,
    });
  };
  return startServer(
    {
      url: `amqp://newfeed:${password}@127.0.0.1:${port}`,
      run,
      wipe: () => rm(data, { recursive: true, force: true }),
      close: async () => mapper?.stop(),
    },
    signal,
  );
}
