import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Cluster, startCluster } from "../../scripts/cluster/cluster.ts";
import type { Scale } from "../../scripts/cluster/topology.ts";
import { InfraFailed } from "../../scripts/infra.ts";
import { type Callers, callersOf } from "../feed.ts";

export interface TestCluster extends Cluster, Callers {
  directory: string;
}

/** Starts a cluster of real servers and processes in a folder of its own; null, with the reason printed, where that cannot be. */
export async function startTestCluster(scale: Partial<Scale>, passedOn: Record<string, string> = {}): Promise<TestCluster | null> {
  const directory = mkdtempSync(join(tmpdir(), "newfeed-cluster-"));
  try {
    const cluster = await startCluster({
      directory,
      port: 0,
      scale,
      restart: true,
      durable: false,
      passedOn: { NODE_ENV: "test", RATE_LIMIT_FACTOR: "1000", LOG_LEVEL: "info", ...passedOn },
      progress: (line) => process.stderr.write(`${line}\n`),
    });
    return {
      ...cluster,
      ...callersOf(cluster.url),
      directory,
      async close() {
        await cluster.close();
        if (!process.env.KEEP_CLUSTER) rmSync(directory, { recursive: true, force: true });
      },
    };
  } catch (error) {
    if (!(error instanceof InfraFailed)) throw error;
    process.stderr.write(`skipped: ${error.message}\n`);
    return null;
  }
}
