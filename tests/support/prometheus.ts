import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type PrometheusOptions, planPrometheus } from "../../scripts/cluster/prometheus.ts";
import { freePort, startProgram } from "../../scripts/infra/server.ts";

export interface Series {
  metric: Record<string, string>;
  value: [time: number, value: string];
}

export interface TestPrometheus {
  url: string;
  /** What a query finds now. Throws when Prometheus refuses it. */
  ask(query: string): Promise<Series[]>;
  close(): Promise<void>;
}

/** A Prometheus with the cluster's own configuration. `window` is what a panel's rates are taken over. */
export async function startPrometheus({ window, ...options }: Omit<PrometheusOptions, "directory" | "port"> & { window: string }): Promise<TestPrometheus> {
  const directory = mkdtempSync(join(tmpdir(), "newfeed-prometheus-"));
  const port = await freePort();
  const plan = planPrometheus({ ...options, directory, port });
  const url = `http://127.0.0.1:${port}`;
  const server = await startProgram({
    name: "prometheus",
    command: plan.command,
    log: join(directory, "log"),
    whenParentDies: "KILL",
    ready: async () => (await fetch(`${url}/-/ready`)).ok,
  });
  return {
    url,
    async ask(query) {
      const body = new URLSearchParams({ query: query.replaceAll("$__rate_interval", window) });
      const answer = (await (await fetch(`${url}/api/v1/query`, { method: "POST", body })).json()) as {
        status: string;
        error?: string;
        data: { result: Series[] };
      };
      if (answer.status !== "success") throw new Error(`${query}: ${answer.error}`);
      return answer.data.result;
    },
    async close() {
      await server.stop("SIGTERM");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
