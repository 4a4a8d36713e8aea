import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { goProgram, hasGoProgram } from "../go-program.ts";

const version = "1.36.3";
const cache = fileURLToPath(new URL("../../../node_modules/.cache/newfeed/", import.meta.url));
const schemas = join(cache, `kubernetes-schemas-${version}`);

/** Whether resources are checked: with `CHART=full`, or when all is there from an earlier run. */
export const hasKubeconform = process.env["CHART"] === "full" || (hasGoProgram("kubeconform") && existsSync(schemas));

type Schema = { [key: string]: unknown; properties?: Record<string, { enum?: string[] }>; description?: string };
type Definition = Schema & { "x-kubernetes-group-version-kind"?: { group: string; version: string; kind: string }[] };

/** Refuses what Kubernetes does not know, and keeps references within the file. */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict);
  if (schema === null || typeof schema !== "object") return schema;
  const given = schema as Schema;
  if (typeof given.description === "string" && given.description.startsWith("Quantity is a fixed-point")) return { type: ["string", "number"] };
  if (given["x-kubernetes-int-or-string"] || given["format"] === "int-or-string") return { type: ["string", "integer"] };
  const kept = Object.entries(given).filter(([key]) => !key.startsWith("x-kubernetes") && key !== "description" && key !== "default");
  const made = Object.fromEntries(
    kept.map(([key, value]) => [key, key === "$ref" ? String(value).replace("#/definitions/", "#/$defs/") : strict(value)]),
  ) as Schema;
  if (made.properties && typeof made.properties === "object" && !made["additionalProperties"]) made["additionalProperties"] = false;
  return made;
}

/** A JSON schema for each kind, from the description of Kubernetes' own API, which lies in its Go module. */
function writeSchemas(): void {
  const downloaded = execFileSync("go", ["mod", "download", "-json", `k8s.io/kubernetes@v${version}`], { cwd: tmpdir(), encoding: "utf8" });
  const { Dir } = JSON.parse(downloaded) as { Dir: string };
  const { definitions } = JSON.parse(readFileSync(join(Dir, "api/openapi-spec/swagger.json"), "utf8")) as { definitions: Record<string, Definition> };
  const used = (name: string, seen = new Set<string>()): Set<string> => {
    if (seen.has(name)) return seen;
    seen.add(name);
    for (const [, other = ""] of JSON.stringify(definitions[name]).matchAll(/#\/definitions\/([^"]+)/g)) used(other, seen);
    return seen;
  };
  const partial = `${schemas}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  for (const [name, definition] of Object.entries(definitions))
    for (const { group, version: ofKind, kind } of definition["x-kubernetes-group-version-kind"] ?? []) {
      if (!name.includes(`.${ofKind}.`) || !definition.properties?.["kind"]) continue;
      const $defs = Object.fromEntries([...used(name)].map((item) => [item, strict(definitions[item])])) as Record<string, Schema>;
      const own = $defs[name]?.properties ?? {};
      Object.assign(own["apiVersion"] ?? {}, { enum: [group ? `${group}/${ofKind}` : ofKind] });
      Object.assign(own["kind"] ?? {}, { enum: [kind] });
      const file = `${kind.toLowerCase()}${group ? `-${group.split(".")[0]}` : ""}-${ofKind}.json`;
      writeFileSync(join(partial, file), JSON.stringify({ $schema: "http://json-schema.org/draft-07/schema#", $ref: `#/$defs/${name}`, $defs }));
    }
  renameSync(partial, schemas);
}

/** What kubeconform (Apache-2.0) says about resources: its exit code, and its lines. Built when it is missing. */
export function conforms(resources: string): { status: number | null; output: string } {
  const program = goProgram("kubeconform");
  if (!existsSync(schemas)) writeSchemas();
  const directory = mkdtempSync(join(tmpdir(), "newfeed-chart-"));
  const file = join(directory, "rendered.yaml");
  writeFileSync(file, resources);
  const location = join(schemas, "{{ .ResourceKind }}{{ .KindSuffix }}.json");
  const { status, stdout, stderr } = spawnSync(program, ["-strict", "-summary", "-schema-location", location, file], { encoding: "utf8" });
  rmSync(directory, { recursive: true });
  return { status, output: `${stdout}${stderr}` };
}
