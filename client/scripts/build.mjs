// npm run build -w client: the package as it is published, plain JavaScript and declarations, into dist/ (or the folder given).
// Plain JavaScript for Node 18 or newer.
import { spawnSync } from "node:child_process";
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL("..", import.meta.url));
const out = resolve(process.argv[2] ?? join(here, "dist"));

rmSync(out, { recursive: true, force: true });
const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
const { status } = spawnSync(process.execPath, [compiler, "-p", join(here, "tsconfig.build.json"), "--outDir", out], { stdio: "inherit" });
if (status !== 0) process.exit(status ?? 1);

const { name, version, description, license, type, sideEffects, dependencies } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
const published = {
  name,
  version,
  description,
  license,
  type,
  sideEffects,
  engines: { node: ">=18" },
  exports: { ".": { types: "./index.d.ts", default: "./index.js" } },
  dependencies,
};
writeFileSync(join(out, "package.json"), `${JSON.stringify(published, null, 2)}\n`);
copyFileSync(join(here, "README.md"), join(out, "README.md"));
copyFileSync(join(here, "../LICENSE"), join(out, "LICENSE"));
