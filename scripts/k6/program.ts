import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const directory = fileURLToPath(new URL(".", import.meta.url));

export const scriptNames = readdirSync(directory)
  .filter((file) => file.endsWith(".js"))
  .map((file) => file.slice(0, -".js".length));

export const scriptPath = (name: string) => join(directory, `${name}.js`);

const runs = (program: string) => spawnSync(program, ["version"], { stdio: "ignore" }).status === 0;

/** Path of k6: on the PATH, or where `go install` puts it. Null when it is not installed. */
export function findK6(): string | null {
  if (runs("k6")) return "k6";
  const go = spawnSync("go", ["env", "GOPATH"], { encoding: "utf8" });
  const installed = go.status === 0 ? join(go.stdout.trim(), "bin", "k6") : null;
  return installed && runs(installed) ? installed : null;
}

export const howToInstall = "k6 is not installed; see https://grafana.com/docs/k6, or run `go install go.k6.io/k6@latest`";
