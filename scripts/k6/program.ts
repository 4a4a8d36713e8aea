import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const directory = fileURLToPath(new URL(".", import.meta.url));

export const scriptNames = readdirSync(directory)
  .filter((file) => file.endsWith(".js"))
  .map((file) => file.slice(0, -".js".length));

export const scriptPath = (name: string) => join(directory, `${name}.js`);

const answers = (program: string) => spawnSync(program, ["version"], { stdio: "ignore" }).status === 0;

/** Where k6 is: on the PATH, or where `go install` puts it. Null when it is not installed. */
export function findK6(): string | null {
  if (answers("k6")) return "k6";
  const go = spawnSync("go", ["env", "GOPATH"], { encoding: "utf8" });
  const installed = go.status === 0 ? join(go.stdout.trim(), "bin", "k6") : null;
  return installed && answers(installed) ? installed : null;
}

export const howToInstall = "k6 is not installed: https://grafana.com/docs/k6, or `go install go.k6.io/k6@latest`";
