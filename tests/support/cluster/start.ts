import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FailpointName } from "@newfeed/shared/ports/failpoint.ts";
import { type Cluster, startCluster } from "../../../scripts/cluster/cluster.ts";
import type { Scale } from "../../../scripts/cluster/topology.ts";
import { InfraFailed } from "../../../scripts/infra.ts";
import { unavailable } from "../available.ts";
import { type Callers, callersOf } from "../feed.ts";
import { hasKafka } from "../kafka.ts";
import { mountSmallDisk, type SmallDisk } from "../small-disk.ts";

export interface TestCluster extends Cluster, Callers {
  directory: string;
  /** The file system of PostgreSQL's files; null unless it has one of its own. */
  postgresDisk: SmallDisk | null;
  /** What it has reported. */
  lines: readonly string[];
  /** Kills an instance when it reaches a failpoint. Returns a function that disarms it. */
  arm(instance: string, failpoint: FailpointName): () => void;
}

/** Starts a cluster of real servers and processes in a temporary directory. Returns null and prints the reason when the servers are not available. */
export async function startTestCluster(
  scale: Partial<Scale>,
  passedOn: Record<string, string> = {},
  { ownDisk = false }: { ownDisk?: boolean } = {},
): Promise<TestCluster | null> {
  const directory = mkdtempSync(join(tmpdir(), "newfeed-cluster-"));
  const failpoints = join(directory, "failpoints");
  mkdirSync(failpoints);
  const lines: string[] = [];
  const postgresFolder = join(directory, "cluster/servers/postgres");
  if (ownDisk) mkdirSync(postgresFolder, { recursive: true, mode: 0o711 });
  const postgresDisk = ownDisk ? mountSmallDisk(postgresFolder, 1_500) : null;
  const removeFolder = () => {
    postgresDisk?.unmount();
    if (!process.env.KEEP_CLUSTER) rmSync(directory, { recursive: true, force: true });
  };
  try {
    const cluster = await startCluster({
      bus: hasKafka ? "kafka" : "rabbitmq",
      directory,
      port: 0,
      scale,
      restart: true,
      // Their order is a test of its own.
      endWith: "SIGKILL",
      passedOn: {
        NODE_ENV: "test",
        NEWFEED_FAILPOINTS: `folder:${failpoints}`,
        RATE_LIMIT_FACTOR: "1000",
        CHEAP_PASSWORD_HASHES: "true",
        LINK_PREVIEWS: "false",
        LOG_LEVEL: "info",
        ...passedOn,
      },
      progress(line) {
        lines.push(line);
        process.stderr.write(`${line}\n`);
      },
    });
    return {
      ...cluster,
      ...callersOf(cluster.url),
      directory,
      postgresDisk,
      lines,
      arm(instance, failpoint) {
        const file = join(failpoints, `${instance}.${failpoint}`);
        writeFileSync(file, "");
        return () => rmSync(file, { force: true });
      },
      async close() {
        await cluster.close();
        removeFolder();
      },
    };
  } catch (error) {
    removeFolder();
    if (!(error instanceof InfraFailed)) throw error;
    unavailable(error.message);
    return null;
  }
}
