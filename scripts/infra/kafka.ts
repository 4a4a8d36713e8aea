import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makePrivateFolder } from "@newfeed/shared/embedded/private-folder.ts";
import { answers } from "./answers.ts";
import { findJava, mavenLibraries } from "./maven.ts";
import { freePort, type Server, startProgram, startServer } from "./server.ts";

const project = fileURLToPath(new URL("kafka-pom.xml", import.meta.url));

/** ApiVersions, version 0, of a client without a name (https://kafka.apache.org/protocol): a broker that is up answers it. */
const apiVersions = "\x00\x00\x00\x0a\x00\x12\x00\x00\x00\x00\x00\x07\x00\x00";

/**
 * Starts Kafka on free loopback ports, broker and controller in one process. The URL is `kafka://host:port`. Needs Java 17 and Maven,
 * which fetches it once.
 */
export async function startKafka(directory: string, signal?: AbortSignal): Promise<Server> {
  const [java, libraries] = [findJava(17), mavenLibraries("kafka-4.4.0", project)];
  const [port, controllerPort] = [await freePort(), await freePort()];
  makePrivateFolder(directory);
  const [data, configuration] = [join(directory, "data"), join(directory, "server.properties")];
  const settings = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.quorum.voters": `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    "advertised.listeners": `PLAINTEXT://127.0.0.1:${port}`,
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
    "log.dirs": data,
    // One broker: what is kept on several by default is kept on this one.
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "5",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
    "auto.create.topics.enable": "false",
  };
  await writeFile(
    configuration,
    Object.entries(settings)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(""),
  );
  const run = ["-Xms128m", "-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", `${libraries}/*`];
  const format = () => {
    if (existsSync(join(data, "meta.properties"))) return;
    // Its first character must not be one that begins an option.
    const id = Buffer.concat([Buffer.alloc(1), randomBytes(15)]).toString("base64url");
    execFileSync(java, [...run, "kafka.tools.StorageTool", "format", "-t", id, "-c", configuration], { stdio: "ignore" });
  };
  return startServer(
    {
      url: `kafka://127.0.0.1:${port}`,
      async run(aborted) {
        format();
        return startProgram({
          name: "Kafka",
          command: [java, ...run, "kafka.Kafka", configuration],
          log: join(directory, "kafka.log"),
          ready: () => answers(port, apiVersions, (reply) => reply.length >= 4),
          signal: aborted,
        });
      },
      wipe: () => rm(data, { recursive: true, force: true }),
    },
    signal,
  );
}
