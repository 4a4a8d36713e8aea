import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type PostgresServer, startPostgres } from "@newfeed/shared/embedded/postgres.ts";
import { ensureMonitoringRole, openDatabase } from "@newfeed/shared/runtime/database.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type MetricsTarget, metricsSources, type ObservedServer, planExporter } from "../scripts/cluster/exporters.ts";
import { serverDashboards } from "../scripts/deployment/server-dashboards.ts";
import type { ProgramName } from "../scripts/infra/programs.ts";
import { freePort, startProgram } from "../scripts/infra/server.ts";
import { type Infra, installedProgram, startInfra } from "../scripts/infra.ts";
import { available } from "./support/available.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { hasKafka, withKafka } from "./support/kafka.ts";
import { startNginx } from "./support/nginx.ts";
import { startPrometheus, type TestPrometheus } from "./support/prometheus.ts";
import { copyPrimary } from "./support/replica.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "newfeed-servers-"));
const closers: (() => unknown)[] = [() => rmSync(directory, { recursive: true, force: true })];
afterAll(async () => {
  for (const close of closers.reverse()) await close();
}, 60_000);

const rules = parse(readFileSync(join(root, "deploy/observability/rules.yml"), "utf8")) as { groups: { rules: { alert?: string; expr: string }[] }[] };
const expressionOf = (alert: string) => rules.groups.flatMap((group) => group.rules).find((rule) => rule.alert === alert)?.expr ?? "";

const programOf = async (name: ProgramName) => {
  const found = await available(name);
  const source = found?.[name];
  return source && "program" in source ? source.program : undefined;
};

let primary: PostgresServer;
let infra: Infra<"redis" | "rabbitmq" | "kafka"> | undefined;
let feed: TestFeed;
let nginx: Awaited<ReturnType<typeof startNginx>> = null;
let prometheus: TestPrometheus | undefined;
/** Why a server's panels are not asked for. */
const missing = new Map<ObservedServer, string>();

const monitor = { role: "newfeed_exporter", password: "for-counts" };
const asMonitor = (database: string) => Object.assign(new URL(primary.url(database)), { username: monitor.role, password: monitor.password }).href;

/** Starts the exporter of each server whose URL is known; RabbitMQ needs none. Those that are not installed are `missing`. */
async function startExporters(urls: Record<ObservedServer, string | undefined>): Promise<MetricsTarget[]> {
  const targets: MetricsTarget[] = [];
  for (const [name, url] of Object.entries(urls)) {
    const job = name as ObservedServer;
    const { exporter } = metricsSources[job];
    const program = exporter && url !== undefined ? await programOf(exporter.program) : undefined;
    if (url === undefined || (exporter && !program)) {
      missing.set(job, job === "kafka" ? `${withKafka}, and kafka_exporter on the PATH` : `${job} or its exporter is not installed`);
      continue;
    }
    const port = program ? await freePort() : Number(new URL(url).port);
    targets.push({ server: job, port });
    if (!program) continue;
    const plan = planExporter(program, job, { url, port });
    const running = await startProgram({
      ...plan,
      log: join(directory, `${job}-exporter.log`),
      whenParentDies: "KILL",
      ready: async (group) => plan.ready(group),
    });
    closers.push(() => running.stop("SIGTERM"));
  }
  return targets;
}

beforeAll(async () => {
  const program = await programOf("prometheus");
  if (!program) return;
  const found = (await programOf("redis")) && (await programOf("rabbitmq"));
  const options = { password: "secret", durable: false, maxConnections: 200, settings: { max_wal_senders: "4" } };
  primary = await startPostgres({ ...options, directory: join(directory, "primary") });
  closers.push(() => primary.close());
  await copyPrimary(primary, join(directory, "replica"));
  const replica = await startPostgres({ ...options, directory: join(directory, "replica"), port: await freePort() });
  closers.push(() => replica.close("SIGQUIT"));
  await ensureMonitoringRole(primary.url("postgres"), monitor);

  const metricsPort = await freePort();
  const withExporter = hasKafka && installedProgram("kafka-exporter") !== undefined;
  if (found) {
    infra = await startInfra({ directory: join(directory, "infra"), need: ["redis", "rabbitmq", ...(withExporter ? (["kafka"] as const) : [])], metricsPort });
    closers.push(() => infra?.close());
  }
  const { redis, rabbitmq, kafka } = infra?.servers ?? {};
  feed = await startTestFeed({
    DATABASE_URL: primary.url(""),
    DATABASE_PREFIX: "newfeed_",
    ...(redis && rabbitmq && { REDIS_URL: redis.url, RABBITMQ_URL: rabbitmq.url }),
  });
  closers.push(() => feed.close());
  // Another, since a feed has one bus.
  if (kafka) {
    const onKafka = await startTestFeed({ DATABASE_URL: primary.url(""), DATABASE_PREFIX: "kafka_", KAFKA_BROKERS: new URL(kafka.url).host });
    closers.push(() => onKafka.close());
    const [ann, ben] = [await onKafka.person("ann"), await onKafka.person("ben")];
    await ann.post(`/api/v1/users/${ben.id}/follow`);
  }
  nginx = await startNginx(feed.url, { webRoot: directory, mediaOrigins: [] });
  closers.push(() => nginx?.close());
  const servers = await startExporters({
    postgres: asMonitor("postgres"),
    rabbitmq: rabbitmq && `http://127.0.0.1:${metricsPort}`,
    kafka: kafka?.url,
    redis: redis?.url,
    nginx: nginx?.statusUrl,
  });
  prometheus = await startPrometheus({ program, instances: [], token: "none", servers, scrapeSeconds: 1, window: "15s" });
  closers.push(() => prometheus?.close());
}, 400_000);

describe("the dashboards of the servers beside a feed", () => {
  const jobs = Object.keys(serverDashboards) as ObservedServer[];

  test("are of the servers that have metrics, and each alert asks for what a dashboard shows", () => {
    expect(jobs.sort()).toEqual(Object.keys(metricsSources).sort());
    const shown = jobs.flatMap((job) => serverDashboards[job].panels.flatMap(({ queries }) => Object.values(queries))).join(" ");
    const alerts = ["NewFeedBrokerAlarm", "NewFeedConnectionsNearMaximum", "NewFeedReplicaBehind"].map(expressionOf).join(" ");
    const asked = [...alerts.matchAll(/\b(pg|rabbitmq)_\w+/g)].map(([name]) => name);
    expect(asked.length).toBeGreaterThan(4);
    for (const name of asked) expect(shown).toContain(name);
  });

  test("have queries that Prometheus accepts", async ({ skip }) => {
    if (!prometheus) return skip("there is no Prometheus");
    for (const job of jobs) for (const { queries } of serverDashboards[job].panels) for (const query of Object.values(queries)) await prometheus.ask(query);
    await expect(prometheus.ask("sum by (state (pg_stat_activity_count)")).rejects.toThrow("parse error");
  });

  test.for(jobs)("show something in every line: %s", { timeout: 150_000 }, async (job, { skip }) => {
    if (!prometheus) return skip("there is no Prometheus");
    const reason = missing.get(job);
    if (reason !== undefined) {
      process.stderr.write(`not asked for on a real exporter: ${serverDashboards[job].title} (${reason})\n`);
      return skip(reason);
    }
    const { ask } = prometheus;
    const person = await feed.person();
    const lines = serverDashboards[job].panels.flatMap(({ title, queries }) => Object.entries(queries).map(([legend, query]) => ({ title, legend, query })));
    let posts = 0;
    await eventually(async () => {
      // What the servers do for a feed in use. Reads of a key that is missing, and of one that is not.
      const { body } = await person.post("/api/v1/posts", { content: `post ${posts++}`, postType: "TEXT" });
      expect((await person.post(`/api/v1/posts/${body.id}/comments`, { content: "a comment" })).status).toBe(201);
      if (nginx) await fetch(`${nginx.url}/health`);
      const empty = [];
      for (const { title, legend, query } of lines) {
        const series = await ask(query);
        if (series.every(({ value }) => value[1] === "NaN")) empty.push(`${title}: ${legend}`);
        // What a line is called comes from the labels of its series.
        for (const [, label = ""] of legend.matchAll(/\{\{(\w+)\}\}/g))
          expect(
            series.some(({ metric }) => metric[label]),
            `${title}: ${label}`,
          ).toBe(true);
      }
      expect(empty).toEqual([]);
    }, 120_000);
  });

  test("nginx counts at an address of its own alone", async ({ skip }) => {
    if (!nginx) return skip("nginx or Prometheus is not installed");
    const read = async (url: string) => (await fetch(url)).text();
    expect(await read(nginx.statusUrl)).toMatch(/^Active connections: \d+/);
    expect((await fetch(new URL("/health", nginx.statusUrl))).status).toBe(404);
    expect(await read(`${nginx.url}/stub_status`)).not.toContain("Active connections");
  });

  test("the role of PostgreSQL's exporter reads counts of all databases, and no row of a service", async ({ skip }) => {
    if (!prometheus) return skip("there is no Prometheus");
    const ask = async (database: string, text: string) => {
      const { query, close } = openDatabase(asMonitor(database), createLogger({ level: "error", json: false }), 1);
      return query(text).finally(close);
    };
    expect(await ask("postgres", "SELECT pg_database_size(datname) FROM pg_database")).not.toEqual([]);
    await expect(ask("newfeed_auth", "SELECT * FROM newfeed.outbox")).rejects.toThrow(/permission denied/);
    await expect(ask("postgres", "CREATE ROLE another")).rejects.toThrow(/permission denied/);
  });

  test("compose's script makes the same role, once there is a password for it", async ({ skip }) => {
    if (!prometheus) return skip("there is no Prometheus");
    if (spawnSync("psql", ["--version"]).status !== 0) {
      process.stderr.write("skipped: psql is not installed\n");
      return skip("psql is not installed");
    }
    const other = await startPostgres({ directory: join(directory, "other"), password: "secret", durable: false, maxConnections: 20 });
    const { hostname, port } = new URL(other.url("postgres"));
    const environment = { PATH: process.env.PATH ?? "", PGHOST: hostname, PGPORT: port, PGPASSWORD: "secret", POSTGRES_USER: "postgres" };
    const { query, close } = openDatabase(other.url("postgres"), createLogger({ level: "error", json: false }), 1);
    const rights = async () => {
      const granted = `SELECT m.rolname AS granted, r.rolcanlogin, r.rolsuper, r.rolcreatedb, r.rolcreaterole, r.rolreplication, r.rolbypassrls
        FROM pg_auth_members JOIN pg_roles r ON r.oid = member JOIN pg_roles m ON m.oid = roleid WHERE r.rolname = '${monitor.role}'`;
      return query(granted);
    };
    try {
      for (const [password, roles] of [
        ["", 0],
        ["it's a secret", 1],
        // Run again, as where a service is new.
        ["it's a secret", 1],
      ] as const) {
        const script = join(root, "scripts/compose/create-databases.sh");
        const { status, stderr } = spawnSync("sh", [script], { encoding: "utf8", env: { ...environment, POSTGRES_EXPORTER_PASSWORD: password } });
        expect(status, stderr).toBe(0);
        expect(await rights()).toHaveLength(roles);
      }
      const made = await rights();
      expect(made).toMatchObject([{ granted: "pg_monitor", rolsuper: false }]);
      await query(`DROP ROLE ${monitor.role}`);
      await ensureMonitoringRole(other.url("postgres"), monitor);
      expect(await rights()).toEqual(made);
    } finally {
      await close();
      await other.close();
    }
  });

  test("a server that is down, and a broker that refuses, are found by the alerts", { timeout: 120_000 }, async ({ skip }) => {
    if (!prometheus || !infra || missing.has("redis")) return skip("Redis, RabbitMQ, their metrics or Prometheus are not installed");
    const { ask } = prometheus;
    const { redis } = infra.servers;
    const down = async () => (await ask(expressionOf("NewFeedServerDown"))).map(({ metric }) => metric["job"]);
    expect(await down()).toEqual([]);
    expect(await ask(expressionOf("NewFeedBrokerAlarm"))).toEqual([]);
    await redis.stop();
    await eventually(async () => expect(await down()).toEqual(["redis"]), 30_000);
    await redis.start();
    await eventually(async () => expect(await down()).toEqual([]), 30_000);
    const { status } = spawnSync(join(directory, "infra/rabbitmq/rabbitmqctl"), ["set_vm_memory_high_watermark", "absolute", "1MB"], { encoding: "utf8" });
    expect(status).toBe(0);
    await eventually(async () => expect(await ask(expressionOf("NewFeedBrokerAlarm"))).toHaveLength(1), 30_000);
  });
});
