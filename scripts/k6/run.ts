import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ConfigError } from "@newfeed/shared/runtime/config.ts";
import { stopRequest } from "@newfeed/shared/runtime/stop-request.ts";
import { seedDemo } from "../../app/demo.ts";
import { type Cluster, startCluster } from "../cluster/cluster.ts";
import { readScale } from "../cluster/topology.ts";
import { InfraFailed } from "../infra.ts";
import { type Prepared, preparations } from "./preparations.ts";
import { findK6, howToInstall, scriptNames, scriptPath } from "./program.ts";
import { reportPage, type Summary } from "./report.ts";

const usage = `usage: npm run k6 -- [report] <script> [--scale <part>=N]… [options of \`k6 run\`]
  report: also writes k6-<script>.html: the thresholds, and charts over the time of the run
  scripts: ${scriptNames.join(", ")}; each script's first lines name its environment variables`;

/** Separates `--scale` from the arguments for k6. */
function readArguments(all: string[]) {
  const reports = all[0] === "report";
  const [script, ...given] = reports ? all.slice(1) : all;
  if (script === undefined) throw new ConfigError(`${reports ? "a report of which script?" : "which script?"}\n${usage}`);
  if (!scriptNames.includes(script)) throw new ConfigError(`there is no script ${script}\n${usage}`);
  const scale: string[] = [];
  const options: string[] = [];
  for (let at = 0; at < given.length; at++)
    if (given[at] === "--scale") scale.push(given[++at] ?? "");
    else options.push(given[at] as string);
  return { script, options, reports, scale: { "notification-service": 2, ...readScale(scale) } };
}

interface Target extends Prepared {
  url: string;
}

/** Starts a cluster without effective limits, with the demo data and what the script needs, in a temporary directory. Throws `InfraFailed`. */
async function startTarget(script: string, scale: ReturnType<typeof readScale>, request: AbortSignal): Promise<Target> {
  const preparation = preparations[script];
  const directory = mkdtempSync(join(tmpdir(), "newfeed-k6-"));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  let cluster: Cluster | undefined;
  try {
    cluster = await startCluster({
      directory,
      port: 0,
      scale,
      restart: true,
      passedOn: { RATE_LIMIT_FACTOR: "100000", LOG_LEVEL: "warn", ...preparation?.settings },
      progress: (line) => process.stderr.write(`${line}\n`),
      signal: request,
    });
    const { url, close } = cluster;
    for (const line of await seedDemo(url)) process.stderr.write(`  ${line}\n`);
    const prepared = await preparation?.prepare({ url, directory });
    return {
      url,
      variables: prepared?.variables ?? {},
      async close() {
        await Promise.all([close(), prepared?.close()]).finally(remove);
      },
    };
  } catch (error) {
    // What has failed first is what is told.
    await cluster?.close().catch(() => {});
    remove();
    throw error;
  }
}

/** What k6 is to write for a report, and the report made of it, in the working directory. */
function beginReport(script: string) {
  const directory = mkdtempSync(join(tmpdir(), "newfeed-k6-report-"));
  const [charts, summary] = [join(directory, "charts.html"), join(directory, "summary.json")];
  return {
    variables: {
      K6_SUMMARY_EXPORT: summary,
      // k6's own dashboard, without its page. It needs a few of these periods.
      K6_WEB_DASHBOARD: "true",
      K6_WEB_DASHBOARD_PORT: "-1",
      K6_WEB_DASHBOARD_PERIOD: "2s",
      K6_WEB_DASHBOARD_EXPORT: charts,
    },
    finish() {
      const read = (file: string) => (existsSync(file) ? readFileSync(file, "utf8") : null);
      const exported = read(summary);
      if (exported === null) console.error("no report is written: k6 has exported no summary");
      else writeFileSync(resolve(`k6-${script}.html`), reportPage(script, JSON.parse(exported) as Summary, read(charts)));
      rmSync(directory, { recursive: true });
    },
  };
}

/** k6 may finish its iterations for half a minute; then the cluster stops. */
const stopsWithinMs = 200_000;

async function main(): Promise<void> {
  const { script, options, reports, scale } = readArguments(process.argv.slice(2));
  const k6 = findK6();
  if (!k6) throw new ConfigError(howToInstall);
  const given = process.env.BASE_URL;
  const request = stopRequest(stopsWithinMs);
  const target = given ? { url: given, variables: {}, close: async () => {} } : await startTarget(script, scale, request);
  const report = reports ? beginReport(script) : undefined;
  try {
    const child = spawn(k6, ["run", "--no-usage-report", ...options, scriptPath(script)], {
      stdio: "inherit",
      env: { ...process.env, BASE_URL: target.url, ...target.variables, ...report?.variables },
      // In a group of its own: a second signal, which the terminal sends to the whole group, cuts its run short.
      detached: true,
    });
    // k6 finishes its run first, then this process stops the cluster.
    const finish = () => child.kill("SIGTERM");
    request.addEventListener("abort", finish);
    if (request.aborted) finish();
    const [code] = (await once(child, "exit")) as [number | null];
    process.exitCode = code ?? 1;
    report?.finish();
  } finally {
    await target.close();
  }
}

main().catch((error: unknown) => {
  if (error instanceof Error && error.name === "AbortError") return;
  if (error instanceof ConfigError || error instanceof InfraFailed) console.error(error.message);
  else console.error(error);
  process.exitCode = 1;
});
