// What a first visit loads: the entry of web/dist and its static imports, gzipped. Prints one line per file.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const dist = fileURLToPath(new URL("../web/dist/", import.meta.url));

/** The scripts that `index.html` loads without user action, with their sizes in bytes. */
export function initialScripts() {
  const manifest = JSON.parse(readFileSync(`${dist}.vite/manifest.json`, "utf8"));
  const seen = new Set();
  const visit = (key) => {
    if (seen.has(key)) return;
    seen.add(key);
    for (const imported of manifest[key].imports ?? []) visit(imported);
  };
  for (const [key, chunk] of Object.entries(manifest)) if (chunk.isEntry) visit(key);
  return [...seen].map((key) => ({ file: manifest[key].file, bytes: gzipSync(readFileSync(dist + manifest[key].file), { level: 9 }).length }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const scripts = initialScripts();
  for (const { file, bytes } of scripts) console.log(`${(bytes / 1000).toFixed(1).padStart(7)} kB  ${file}`);
  console.log(`${(scripts.reduce((sum, { bytes }) => sum + bytes, 0) / 1000).toFixed(1).padStart(7)} kB  total`);
}
