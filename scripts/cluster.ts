import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { isPartName } from "@newfeed/shared/contracts/services.ts";
import { ConfigError, givenVariables, readConfig } from "@newfeed/shared/runtime/config.ts";
import { FolderInUse, isFolderInUse } from "@newfeed/shared/runtime/folder-lock.ts";
import { PortTaken } from "@newfeed/shared/runtime/listen.ts";
import { createPrinter } from "@newfeed/shared/runtime/printer.ts";
import { stopRequest } from "@newfeed/shared/runtime/stop-request.ts";
import { ServerUnreachable } from "@newfeed/shared/runtime/unreachable.ts";
import { busNames, startCluster } from "./cluster/cluster.ts";
import { requestRestart } from "./cluster/restart-requests.ts";
import type { TableRow } from "./cluster/supervisor.ts";
import { readScale } from "./cluster/topology.ts";
import { InfraFailed } from "./infra.ts";

const usage = `usage: npm run cluster -- [--scale <part>=N]… [--bus rabbitmq|kafka] [--port N] [--data DIR] [--no-restart] [--observe]
       npm run cluster -- restart <part> [--data DIR]`;

/** Errors that the operator can fix: their message is printed without a stack. */
const expectedErrors = [ConfigError, InfraFailed, FolderInUse, PortTaken, ServerUnreachable];

/** nginx, gateways, notification-service, services and servers stop one after the other, each within twenty seconds. */
const stopsWithinMs = 150_000;

const { print, note, fail } = createPrinter(givenVariables(process.env)["LOG_FORMAT"] === "json");

function printTable(rows: readonly TableRow[]): void {
  print(`  ${"instance".padEnd(26)}${"pid".padStart(8)}${"port".padStart(8)}`);
  for (const { instance, pid, port } of rows) print(`  ${instance.padEnd(26)}${String(pid ?? "-").padStart(8)}${String(port).padStart(8)}`);
}

/** Asks the running cluster to replace a part's instances one after the other. */
async function rollingRestart(directory: string, part: string): Promise<void> {
  const folder = join(directory, "cluster");
  if (!isFolderInUse(folder)) throw new ConfigError(`restart: no cluster is running in ${directory}`);
  const table = JSON.parse(readFileSync(join(folder, "processes.json"), "utf8")) as TableRow[];
  const instances = table.filter(({ name }) => name === part);
  if (instances.length === 0 || !isPartName(part)) throw new ConfigError(`restart: the cluster in ${directory} has no ${part}`);
  note(`Restarting ${instances.map(({ instance }) => instance).join(", ")} …`);
  const restarted = await requestRestart(folder, part, () => isFolderInUse(folder));
  print(`${part}: ${restarted.length} restarted`);
}

async function main(): Promise<void> {
  // Fails on an invalid value here rather than in each part's log. Servers without a URL are started below.
  const config = readConfig({ ...process.env, MODE: "" });
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    allowNegative: true,
    options: {
      scale: { type: "string", multiple: true, default: [] },
      bus: { type: "string", default: config.kafka ? "kafka" : "rabbitmq" },
      port: { type: "string", default: String(config.port) },
      data: { type: "string" },
      restart: { type: "boolean", default: true },
      observe: { type: "boolean", default: false },
    },
  });
  const directory = values.data ? resolve(values.data) : config.dataDirectory;
  if (positionals[0] === "restart" && positionals[1]) return rollingRestart(directory, positionals[1]);
  const bus = busNames.find((name) => name === values.bus);
  if (positionals.length > 0 || !/^\d{1,5}$/.test(values.port) || !bus) throw new ConfigError(usage);
  if (bus === "kafka" ? config.rabbitmq : config.kafka)
    throw new ConfigError(`--bus ${bus}, but ${bus === "kafka" ? "RABBITMQ_URL" : "KAFKA_BROKERS"} is given`);

  const started = performance.now();
  const request = stopRequest(stopsWithinMs);
  const passedOn = givenVariables(process.env);
  const options = {
    directory,
    port: Number(values.port),
    grpcPort: config.grpcPort,
    scale: readScale(values.scale),
    bus,
    restart: values.restart,
    observe: values.observe,
    passedOn,
    given: {
      postgres: passedOn.DATABASE_URL,
      redis: passedOn.REDIS_URL,
      rabbitmq: passedOn.RABBITMQ_URL,
      kafka: config.kafka ? `kafka://${config.kafka.brokers[0]}` : undefined,
    },
    progress: note,
    signal: request,
  };
  request.addEventListener("abort", () => print("Stopping …"));
  try {
    const cluster = await startCluster(options);
    if (request.aborted) return cluster.close();
    request.addEventListener("abort", () => void cluster.close());
    printTable(cluster.rows());
    if (cluster.prometheusUrl) print(`Prometheus at ${cluster.prometheusUrl}, with alerts at ${cluster.prometheusUrl}/alerts`);
    print(`NewFeed ready at ${cluster.url} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  } catch (error) {
    if (error !== request.reason) throw error;
  }
}

main().catch((error: unknown) => {
  if (error instanceof TypeError && "code" in error) fail(`${error.message}\n${usage}`);
  else fail(expectedErrors.some((type) => error instanceof type) ? (error as Error).message : error);
  process.exitCode = 1;
});
