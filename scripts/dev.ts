import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readConfig } from "@newfeed/shared/runtime/config.ts";
import { stopRequest } from "@newfeed/shared/runtime/stop-request.ts";
import { createServer } from "vite";
import { seedDemo } from "../app/demo.ts";
import { startFeed } from "../app/feed.ts";

/** NewFeed in this process and Vite in front of it, with hot reload of the web client. `--seed` adds the demo data. */
const { values } = parseArgs({ options: { seed: { type: "boolean", default: false }, port: { type: "string", default: "5173" } } });
const request = stopRequest(30_000);
const feed = await startFeed(readConfig(process.env));
process.env.NEWFEED_URL = feed.url;
const ours = process.listeners("SIGTERM");
const vite = await createServer({ root: fileURLToPath(new URL("../web", import.meta.url)), server: { port: Number(values.port) } });
// Vite's own would exit before the feed has closed.
for (const listener of process.listeners("SIGTERM")) if (!ours.includes(listener)) process.off("SIGTERM", listener);
async function stop(): Promise<void> {
  console.log("Stopping …");
  await vite.close();
  await feed.close();
  // esbuild's process may keep this one.
  process.exit(0);
}
if (request.aborted) await stop();
request.addEventListener("abort", stop);
if (values.seed) for (const line of await seedDemo(feed.url)) console.log(`  ${line}`);
await vite.listen();
console.log(`NewFeed ready at ${vite.resolvedUrls?.local[0] ?? ""} (web client from its sources), API at ${feed.url}`);
