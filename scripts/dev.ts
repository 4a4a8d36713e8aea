import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readConfig } from "@newfeed/shared/runtime/config.ts";
import { createServer } from "vite";
import { seedDemo } from "../app/demo.ts";
import { startFeed } from "../app/feed.ts";

/** NewFeed in this process and Vite in front of it, with hot reload of the web client. `--seed` adds the demo data. */
const { values } = parseArgs({ options: { seed: { type: "boolean", default: false }, port: { type: "string", default: "5173" } } });
const feed = await startFeed(readConfig(process.env));
if (values.seed) for (const line of await seedDemo(feed.url)) console.log(`  ${line}`);

process.env.NEWFEED_URL = feed.url;
const vite = await createServer({ root: fileURLToPath(new URL("../web", import.meta.url)), server: { port: Number(values.port) } });
await vite.listen();
console.log(`NewFeed ready at ${vite.resolvedUrls?.local[0] ?? ""} (web client from its sources), API at ${feed.url}`);

for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => {
    console.log("Stopping …");
    void vite
      .close()
      .then(feed.close)
      .then(() => process.exit(0));
  });
