// Builds the web client into web/dist, beside it first, so that no half-written build is served.
import { existsSync, renameSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const web = fileURLToPath(new URL("../web/", import.meta.url));
const [dist, fresh, old] = ["dist", `dist.new-${process.pid}`, `dist.old-${process.pid}`].map((name) => web + name);

// Vite takes the kind of build from it: another one would be React's development build, without a service worker.
process.env.NODE_ENV = "production";
try {
  await build({ root: web, logLevel: "warn", build: { outDir: fresh } });
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(fresh, dist);
} finally {
  for (const directory of [fresh, old]) rmSync(directory, { recursive: true, force: true });
}
