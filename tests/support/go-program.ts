import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const cache = fileURLToPath(new URL("../../node_modules/.cache/newfeed/", import.meta.url));

/** Programs that tests build with Go: what turns them on, and where they come from. */
const known = {
  // Apache-2.0.
  kubeconform: { when: "CHART", from: "github.com/yannh/kubeconform/cmd/kubeconform", version: "0.8.0" },
  // MIT.
  actionlint: { when: "WORKFLOWS", from: "github.com/rhysd/actionlint/cmd/actionlint", version: "1.7.12" },
  // MIT.
  grpcurl: { when: "CLIENTS", from: "github.com/fullstorydev/grpcurl/cmd/grpcurl", version: "1.9.3" },
} as const;
type Name = keyof typeof known;

const folderOf = (name: Name) => join(cache, `${name}-${known[name].version}`);

/** Whether it may be built now, or is there from an earlier run. */
export const hasGoProgram = (name: Name) => process.env[known[name].when] === "full" || existsSync(join(folderOf(name), name));

/** Its path; built when it is missing, which takes up to a minute. */
export function goProgram(name: Name): string {
  const program = join(folderOf(name), name);
  if (existsSync(program)) return program;
  mkdirSync(folderOf(name), { recursive: true });
  const { from, version } = known[name];
  execFileSync("go", ["install", `${from}@v${version}`], { cwd: tmpdir(), env: { ...process.env, GOBIN: folderOf(name) }, stdio: "inherit" });
  return program;
}
