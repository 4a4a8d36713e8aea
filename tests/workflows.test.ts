import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { goProgram, hasGoProgram } from "./support/go-program.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");

interface Workflow {
  permissions: Record<string, string>;
  jobs: Record<
    string,
    { permissions?: Record<string, string>; "timeout-minutes"?: number; uses?: string; strategy?: { matrix: Record<string, unknown> }; steps?: Step[] }
  >;
}
interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
}
const files = globSync(".github/workflows/*.yml", { cwd: root }).sort();
const workflows = files.map((file): [string, Workflow] => [file, parse(read(file)) as Workflow]);
const steps = workflows.flatMap(([, { jobs }]) => Object.values(jobs).flatMap((job) => job.steps ?? []));

test.each(workflows)("%s may do no more than its jobs need, and ends", (file, { permissions, jobs }) => {
  expect(permissions).toEqual({ contents: "read" });
  for (const [name, job] of Object.entries(jobs)) {
    expect(job.uses ?? job["timeout-minutes"], `${file} ${name}`).toBeDefined();
    // What runs on other people's changes writes nothing.
    if (!file.endsWith("release.yml")) expect(job.permissions).toBeUndefined();
  }
});

test("workflows put nothing that others write into a script, and leave no token in the checkout", () => {
  for (const { run = "", uses = "", with: given } of steps) {
    expect(run).not.toContain("${{ github.");
    if (uses.startsWith("actions/checkout@")) expect(given).toMatchObject({ "persist-credentials": false });
  }
});

test("workflows run what package.json and the repository have", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: object };
  const commands = steps.flatMap(({ run = "" }) => [...run.matchAll(/\bnpm (?:run )?(\w[\w:-]*)/g)].map(([, name = ""]) => name));
  for (const name of commands) if (!["ci", "audit"].includes(name)) expect(Object.keys(scripts)).toContain(name);
  for (const { run = "" } of steps) for (const [, path = ""] of run.matchAll(/\bnode (scripts\/\S+)/g)) expect(() => read(path)).not.toThrow();
  const targets = [...read("Dockerfile").matchAll(/^FROM \S+ AS (\w+)$/gm)].map(([, name]) => name);
  for (const [, { jobs }] of workflows) {
    const { matrix } = jobs["image"]?.strategy ?? {};
    if (!matrix) continue;
    const built = (matrix["target"] as string[]) ?? (matrix["include"] as { target: string }[]).map(({ target }) => target);
    expect(built).toEqual(["newfeed", "nginx"]);
    expect(targets).toEqual(expect.arrayContaining(built));
  }
});

test("every shard of the tests runs, once", () => {
  const { test: job } = (parse(read(".github/workflows/verify.yml")) as Workflow).jobs;
  const shards = job?.strategy?.matrix["shard"] as number[];
  expect(shards).toEqual(Array.from({ length: shards.length }, (_, index) => index + 1));
  expect(job?.steps?.at(-1)?.run).toBe(["npm test -- --shard=$", `{{ matrix.shard }}/${shards.length}`].join(""));
});

test("released images are for both processors, with a list of what is in them and of how they were built", () => {
  const { image } = (parse(read(".github/workflows/release.yml")) as Workflow).jobs;
  const build = image?.steps?.find(({ uses = "" }) => uses.startsWith("docker/build-push-action@"));
  expect(build?.with).toMatchObject({ platforms: "linux/amd64,linux/arm64", sbom: true, provenance: "mode=max", push: true });
});

if (!hasGoProgram("actionlint")) process.stderr.write("skipped: WORKFLOWS=full npm test -- tests/workflows.test.ts runs actionlint; needs Go\n");
test.skipIf(!hasGoProgram("actionlint"))("actionlint finds nothing in the workflows, and would find a fault", { timeout: 600_000 }, () => {
  const program = goProgram("actionlint");
  const lint = (input: string, ...args: string[]) => spawnSync(program, ["-no-color", ...args], { cwd: root, input, encoding: "utf8" });
  expect(lint("", ...files)).toMatchObject({ status: 0, stdout: "" });
  const wrong = lint(read(".github/workflows/verify.yml").replace("matrix.shard", "matrix.part"), "-");
  expect([wrong.status, wrong.stdout]).toEqual([1, expect.stringContaining('property "part" is not defined')]);
});
