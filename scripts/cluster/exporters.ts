import { fileURLToPath } from "node:url";
import type { ProgramName } from "../infra/programs.ts";
import { installedProgram } from "../infra.ts";
import type { ProcessPlan } from "./supervisor.ts";

/** What PostgreSQL's exporter asks for besides its own queries, under the same names in each of its versions. */
const postgresQueries = fileURLToPath(new URL("../../deploy/observability/postgres-queries.yml", import.meta.url));

interface Exporter {
  program: ProgramName;
  /** A metric that it has once it has asked the server, or tried to. */
  metric: string;
  /** How it is started to look at the server at this URL. A secret goes into its environment. */
  launch(url: URL): { options?: readonly string[]; environment?: Record<string, string> };
}

interface MetricsSource {
  title: string;
  /** In compose: the container that has the metrics, and its port. */
  container: string;
  port: number;
  /** What reads the server's counts; null for one that serves metrics itself. */
  exporter: Exporter | null;
}

/** Where the metrics of the servers beside NewFeed come from, by the name of their job in Prometheus: in compose and in `npm run cluster`. */
export const metricsSources = {
  postgres: {
    title: "PostgreSQL",
    container: "postgres-exporter",
    port: 9187,
    exporter: {
      program: "postgres-exporter",
      metric: "pg_up",
      launch: ({ href }) => ({ options: [`--extend.query-path=${postgresQueries}`], environment: { DATA_SOURCE_NAME: `${href}?sslmode=disable` } }),
    },
  },
  // Its plugin rabbitmq_prometheus.
  rabbitmq: { title: "RabbitMQ", container: "rabbitmq", port: 15692, exporter: null },
  kafka: {
    title: "Kafka",
    container: "kafka-exporter",
    port: 9308,
    // Kafka 4 refuses what is older than 2.1.
    exporter: { program: "kafka-exporter", metric: "kafka_brokers", launch: ({ host }) => ({ options: [`--kafka.server=${host}`, "--kafka.version=2.1.0"] }) },
  },
  redis: {
    title: "Redis",
    container: "redis-exporter",
    port: 9121,
    exporter: {
      program: "redis-exporter",
      metric: "redis_up",
      launch: ({ host, username, password }) => ({
        environment: {
          REDIS_ADDR: `redis://${host}`,
          ...(username && { REDIS_USER: username }),
          REDIS_PASSWORD: decodeURIComponent(password),
          // CONFIG would show it the passwords.
          REDIS_EXPORTER_CONFIG_COMMAND: "-",
        },
      }),
    },
  },
  nginx: {
    title: "nginx",
    container: "nginx-exporter",
    port: 9113,
    exporter: { program: "nginx-exporter", metric: "nginx_up", launch: ({ href }) => ({ options: [`--nginx.scrape-uri=${href}`] }) },
  },
} as const satisfies Record<string, MetricsSource>;

export type ObservedServer = keyof typeof metricsSources;

/** What Prometheus asks a server's metrics by: one job, but for RabbitMQ, which sums up its queues at the path where its alarms are. */
export interface ScrapeJob {
  job_name: string;
  metrics_path?: string;
  params?: Record<string, string[]>;
}

export const jobsOf = (server: ObservedServer): ScrapeJob[] =>
  server === "rabbitmq"
    ? [{ job_name: server }, { job_name: "rabbitmq-queues", metrics_path: "/metrics/detailed", params: { family: ["queue_coarse_metrics"] } }]
    : [{ job_name: server }];

/** Where a server's metrics are on the loopback address. */
export interface MetricsTarget {
  server: ObservedServer;
  port: number;
}

/** An exporter that looks at the server at `url`. */
export function planExporter(program: string, server: ObservedServer, { url, port }: { url: string; port: number }): ProcessPlan {
  const { container, exporter }: MetricsSource = metricsSources[server];
  if (!exporter) throw new Error(`${server} has no exporter`);
  const { options = [], environment = {} } = exporter.launch(new URL(url));
  return {
    name: container,
    instance: container,
    port,
    command: [program, `--web.listen-address=127.0.0.1:${port}`, ...options],
    environment,
    ready: async () => {
      const response = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined);
      return (await response?.text())?.includes(`\n${exporter.metric} `) ?? false;
    },
    sharesPort: false,
  };
}

/** Plans an exporter for each server that has one on this machine. What Prometheus asks besides them are servers that serve metrics themselves. */
export function planExporters(
  urls: Partial<Record<ObservedServer, string | undefined>>,
  ports: readonly number[],
  progress: (line: string) => void,
): { exporters: ProcessPlan[]; targets: MetricsTarget[] } {
  const [exporters, targets, missing]: [ProcessPlan[], MetricsTarget[], ObservedServer[]] = [[], [], []];
  const free = [...ports];
  for (const [name, url] of Object.entries(urls)) {
    if (url === undefined) continue;
    const server = name as ObservedServer;
    const { exporter }: MetricsSource = metricsSources[server];
    const program = exporter && installedProgram(exporter.program);
    if (exporter && !program) {
      missing.push(server);
      continue;
    }
    const port = program ? (free.pop() as number) : Number(new URL(url).port);
    if (program) exporters.push(planExporter(program, server, { url, port }));
    targets.push({ server, port });
  }
  if (missing.length > 0) progress(`No metrics of ${missing.map((server) => metricsSources[server].title).join(", ")}: their exporters are not on the PATH`);
  return { exporters, targets };
}
