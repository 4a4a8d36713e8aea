import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { InfraFailed } from "./server.ts";

export type ProgramName =
  | "redis"
  | "rabbitmq"
  | "nginx"
  | "chromium"
  | "docker-compose"
  | "prometheus"
  | "pgbouncer"
  | "postgres-exporter"
  | "redis-exporter"
  | "nginx-exporter"
  | "kafka-exporter";

interface Candidates {
  /** Program names, in order of preference. */
  names: readonly string[];
  /** Directories to search before the PATH. */
  before?: readonly string[];
  /** Package name in Debian and Ubuntu, which have no package of some. */
  apt?: string;
  /** The container image. nginx has none here, since its upstreams are local processes. */
  image?: string;
}

const known: Record<ProgramName, Candidates> = {
  redis: { names: ["redis-server", "valkey-server"], apt: "redis-server", image: "redis:7-alpine" },
  // Debian's wrapper on the PATH insists on its own user; the script behind it does not.
  rabbitmq: { names: ["rabbitmq-server"], before: ["/usr/lib/rabbitmq/bin"], apt: "rabbitmq-server", image: "rabbitmq:3.13-alpine" },
  nginx: { names: ["nginx"], apt: "nginx" },
  pgbouncer: { names: ["pgbouncer"], apt: "pgbouncer" },
  prometheus: { names: ["prometheus"], apt: "prometheus" },
  // Debian's names, then those of their authors.
  "postgres-exporter": { names: ["prometheus-postgres-exporter", "postgres_exporter"], apt: "prometheus-postgres-exporter" },
  "redis-exporter": { names: ["prometheus-redis-exporter", "redis_exporter"], apt: "prometheus-redis-exporter" },
  "nginx-exporter": { names: ["prometheus-nginx-exporter", "nginx-prometheus-exporter"], apt: "prometheus-nginx-exporter" },
  "kafka-exporter": { names: ["kafka_exporter"] },
  // For tests of the web client.
  chromium: { names: ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"], apt: "chromium" },
  // For tests of docker-compose.yml.
  "docker-compose": { names: ["docker-compose"], apt: "docker-compose" },
};

/** Where a server comes from: a local program, or an image for Docker. */
export type Source = { program: string } | { image: string };

function find(name: ProgramName): { program: string } | undefined {
  const { names, before = [] } = known[name];
  const folders = [...before, ...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin", "/opt/homebrew/sbin"];
  for (const program of names.flatMap((item) => folders.map((folder) => join(folder, item)))) {
    try {
      accessSync(program, constants.X_OK);
      return { program };
    } catch {
      // Not here.
    }
  }
  return undefined;
}

/** The path of a program, where it is installed. */
export const installedProgram = (name: ProgramName): string | undefined => find(name)?.program;

function hasApt(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  try {
    return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync("/etc/os-release", "utf8"));
  } catch {
    return false;
  }
}

/**
 * Debian starts the services it installs unless policy-rc.d forbids it; an existing file is restored afterwards. The lock
 * serialises test files that install at the same time.
 */
const install = `
  policy=/usr/sbin/policy-rc.d
  [ ! -e $policy ] || mv $policy $policy.before-newfeed
  trap 'rm -f $policy; [ ! -e $policy.before-newfeed ] || mv $policy.before-newfeed $policy' EXIT
  trap 'exit 1' INT TERM HUP
  printf '#!/bin/sh\\nexit 101\\n' > $policy && chmod 755 $policy
  apt-get update && apt-get install -y --no-install-recommends "$@"`;

async function installWithApt(packages: string[], progress: (line: string) => void): Promise<void> {
  progress(`Installing ${packages.join(", ")} with apt-get …`);
  const child = spawn("flock", ["/run/lock/newfeed-install", "sh", "-c", install, "sh", ...packages], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-2_000);
      for (const line of text.match(/^(Get:|Setting up).*$/gm) ?? []) progress(`  ${line}`);
    });
  const [code] = await once(child, "exit");
  if (code !== 0) progress(`apt-get failed: ${output.trim().split("\n").at(-1)}`);
}

const hasDocker = () => spawnSync("docker", ["info"], { stdio: "ignore", timeout: 10_000 }).status === 0;

/**
 * Finds programs on the PATH, or installs them (as root on Debian or Ubuntu), or falls back to Docker.
 * Throws `InfraFailed` with one line that names what is missing.
 */
export async function findPrograms<N extends ProgramName>(names: readonly N[], progress: (line: string) => void): Promise<Record<N, Source>> {
  const found = new Map<N, Source | undefined>(names.map((name) => [name, find(name)]));
  const missing = () => names.filter((name) => !found.get(name));
  const search = () => {
    for (const name of missing()) found.set(name, find(name));
  };
  const packages = missing().flatMap((name) => known[name].apt ?? []);
  if (packages.length > 0 && hasApt()) {
    await installWithApt(packages, progress);
    search();
  }
  if (missing().some((name) => known[name].image) && hasDocker())
    for (const name of missing()) {
      const { image } = known[name];
      if (image) found.set(name, { image });
    }
  if (missing().length > 0)
    throw new InfraFailed(
      `${missing()
        .map((name) => known[name].names[0])
        .join(", ")}: not found on this machine; install it, set its URL, or start Docker`,
    );
  return Object.fromEntries(found) as Record<N, Source>;
}
