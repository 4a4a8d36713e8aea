import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const leftOut = new Set([".git", ".newfeed", "coverage", "node_modules"]);

/** Copies the repository as it stands, with what is generated, to an empty folder. Packages are linked, those of workspaces to the copy's own. */
export function copyRepository(to: string): void {
  cpSync(root, to, { recursive: true, preserveTimestamps: true, filter: (path) => !leftOut.has(basename(path)) });
  for (const entry of readdirSync(to))
    if (existsSync(join(root, entry, "node_modules"))) symlinkSync(join(root, entry, "node_modules"), join(to, entry, "node_modules"));
  const [packages, copied] = [join(root, "node_modules"), join(to, "node_modules")];
  mkdirSync(join(copied, "@newfeed"), { recursive: true });
  for (const entry of readdirSync(packages))
    if (entry !== "@newfeed" && entry !== ".package-lock.json") symlinkSync(join(packages, entry), join(copied, entry));
  cpSync(join(packages, "@newfeed"), join(copied, "@newfeed"), { recursive: true, verbatimSymlinks: true });
  cpSync(join(packages, ".package-lock.json"), join(copied, ".package-lock.json"), { preserveTimestamps: true });
}
