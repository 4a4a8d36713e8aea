import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { generatedFiles } from "./files.ts";

const root = new URL("../../", import.meta.url);
for (const [path, text] of generatedFiles()) {
  const file = new URL(path, root);
  if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
  writeFileSync(file, text);
  console.log(`${path}: written`);
}
