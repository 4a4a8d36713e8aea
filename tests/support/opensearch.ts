import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findJava, mavenLibraries } from "../../scripts/infra/maven.ts";
import { startProgram } from "../../scripts/infra/server.ts";

const pom = fileURLToPath(new URL("opensearch-pom.xml", import.meta.url));
/** The launcher takes no port behind this one. */
const [firstPort, lastPort] = [8_300, 9_290];

async function freePort(): Promise<number> {
  for (let port = firstPort + Math.floor(Math.random() * (lastPort - firstPort)); ; port = port === lastPort ? firstPort : port + 1) {
    const server = createServer().listen(port, "127.0.0.1");
    const isFree = await once(server, "listening").then(
      () => true,
      () => false,
    );
    await new Promise((resolve) => server.close(resolve));
    if (isFree) return port;
  }
}

export interface OpenSearchServer {
  url: string;
  close(): Promise<void>;
}

/** Starts OpenSearch on a free loopback port, with its files below `directory`. Needs Java 21 and Maven. */
export async function startOpenSearch(directory: string): Promise<OpenSearchServer> {
  const [java, libraries] = [findJava(21), mavenLibraries("opensearch-3.8.0", pom)];
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  mkdirSync(directory, { recursive: true });
  const program = await startProgram({
    name: "OpenSearch",
    command: [
      java,
      ...["-Xms256m", "-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"],
      ...["--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"],
      ...["-cp", `${libraries}/*`, "org.codelibs.opensearch.runner.OpenSearchRunner"],
      // It adds 1 to the number, for its first node.
      ...["-basePath", join(directory, "data"), "-numOfNode", "1", "-baseHttpPort", String(port - 1), "-clusterName", "newfeed-tests"],
    ],
    log: join(directory, "opensearch.log"),
    whenParentDies: "KILL",
    ready: async () => (await fetch(`${url}/_cluster/health?wait_for_status=yellow&timeout=1s`)).ok,
  });
  return { url, close: () => program.stop() };
}
