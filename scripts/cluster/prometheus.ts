import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { partNames } from "@newfeed/shared/contracts/services.ts";
import { jobsOf, type MetricsTarget } from "./exporters.ts";
import type { ProcessPlan } from "./supervisor.ts";
import type { InstancePlan } from "./topology.ts";

const rules = fileURLToPath(new URL("../../deploy/observability/rules.yml", import.meta.url));

export interface PrometheusOptions {
  program: string;
  /** The cluster's folder. */
  directory: string;
  /** On the loopback address. */
  port: number;
  instances: readonly InstancePlan[];
  /** What the parts ask for at `/metrics`. */
  token: string;
  /** The servers beside them. */
  servers?: readonly MetricsTarget[];
  scrapeSeconds?: number;
}

/** Its configuration: each part is a job of its own, as in compose. JSON is YAML, too. */
function renderPrometheus({ instances, servers = [], scrapeSeconds = 5 }: PrometheusOptions, tokenFile: string): string {
  const at = (ports: number[]) => [{ targets: ports.map((port) => `127.0.0.1:${port}`) }];
  return JSON.stringify({
    global: { scrape_interval: `${scrapeSeconds}s`, evaluation_interval: `${scrapeSeconds}s` },
    rule_files: [rules],
    scrape_configs: [
      ...partNames
        .map((name) => ({ name, of: instances.filter((instance) => instance.name === name) }))
        .filter(({ of }) => of.length > 0)
        .map(({ name, of }) => ({
          job_name: `newfeed-${name}`,
          authorization: { credentials_file: tokenFile },
          static_configs: at(of.map(({ port }) => port)),
        })),
      ...servers.flatMap(({ server, port }) => jobsOf(server).map((job) => ({ ...job, static_configs: at([port]) }))),
    ],
  });
}

/** Prometheus, with its files in a folder of the cluster, which keeps what it has seen for two weeks. */
export function planPrometheus(options: PrometheusOptions): ProcessPlan {
  const { program, directory, port, token } = options;
  const folder = join(directory, "prometheus");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const [configuration, tokenFile] = [join(folder, "prometheus.yml"), join(folder, "token")];
  writeFileSync(tokenFile, token, { mode: 0o600 });
  writeFileSync(configuration, renderPrometheus(options, tokenFile));
  const settings = {
    "config.file": configuration,
    "storage.tsdb.path": join(folder, "data"),
    "storage.tsdb.retention.time": "15d",
    "enable-feature": "exemplar-storage",
  };
  return {
    name: "prometheus",
    instance: "prometheus",
    port,
    command: [program, ...Object.entries(settings).map(([name, value]) => `--${name}=${value}`), `--web.listen-address=127.0.0.1:${port}`],
    ready: async () => {
      const response = await fetch(`http://127.0.0.1:${port}/-/ready`).catch(() => undefined);
      return response?.ok ?? false;
    },
    sharesPort: false,
  };
}
