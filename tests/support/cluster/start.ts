import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FailpointName } from "@newfeed/shared/ports/failpoint.ts";
import { type Cluster, startCluster } from "../../../scripts/cluster/cluster.ts";
import type { Scale } from "../../../scripts/cluster/topology.ts";
import { InfraFailed } from "../../../scripts/infra.ts";
import { unavailable } from "../available.ts";
import { type Callers, callersOf } from "../feed.ts";

export interface TestCluster extends Cluster, Callers {
  directory: string;
  /** What it has reported. */
  lines: readonly string[];
  /** Kills an instance when it reaches a failpoint. Returns a function that disarms it. */
  arm(instance: string, failpoint: FailpointName): () => void;
}

/** Starts a cluster of real servers and processes in a temporary directory. Returns null and prints the reason when the servers are not available. */
export async function startTestCluster(scale: Partial<Scale>, passedOn: Record<string, string> = {}): Promise<TestCluster | null> {
  const directory = mkdtempSync(join(tmpdir(), "newfeed-cluster-"));
  const failpoints = join(directory, "failpoints");
  mkdirSync(failpoints);
  const lines: string[] = [];
  try {
    const cluster = await startCluster({
      directory,
      port: 0,
      scale,
      restart: true,
      passedOn: { NODE_ENV: "test", NEWFEED_FAILPOINTS: `folder:${failpoints}`, RATE_LIMIT_FACTOR: "1000", LOG_LEVEL: "info", ...passedOn },
      progress(line) {
        lines.push(line);
        process.stderr.write(`${line}\n`);
      },
    });
    return {
      ...cluster,
      ...callersOf(cluster.url),
      directory,
      lines,
      arm(instance, failpoint) {
        const file = join(failpoints, `${instance}.${failpoint}`);
        writeFileSync(file, "");
        return () => rmSync(file, { force: true });
      },
      async close() {
        await cluster.close();
        if (!process.env.KEEP_CLUSTER) rmSync(directory, { recursive: true, force: true });
      },
    };
  } catch (error) {
    if (!(error instanceof InfraFailed)) throw error;
    unavailable(error.message);
    return null;
  }
}
