import { PostgresFailed } from "@newfeed/shared/embedded/postgres.ts";
import { ConfigError, readConfig } from "@newfeed/shared/runtime/config.ts";
import { FolderInUse } from "@newfeed/shared/runtime/folder-lock.ts";
import { PortTaken } from "@newfeed/shared/runtime/listen.ts";
import { DemoRefused, plantDemo } from "./demo.ts";
import { startFeed } from "./feed.ts";

const started = performance.now();

/** Errors that the person at the terminal can do something about: one clear line, no stack. */
const forPeople = [ConfigError, FolderInUse, PortTaken, PostgresFailed];

/** A demo that cannot be planted is no reason not to start. */
async function seed(url: string): Promise<void> {
  try {
    for (const line of await plantDemo(url)) console.log(`  ${line}`);
  } catch (error) {
    if (!(error instanceof DemoRefused)) throw error;
    console.error(`  No demo: ${error.message}`);
  }
}

try {
  const feed = await startFeed(readConfig(process.env));
  for (const line of feed.platform.chosen) console.log(`  ${line}`);

  let stopping = false;
  const stop = async () => {
    // Asked twice: whoever asks does not want to wait.
    if (stopping) process.exit(1);
    stopping = true;
    console.log("Stopping …");
    await feed.close();
    process.exitCode = 0;
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);

  if (process.argv.includes("--seed")) await seed(feed.url);
  console.log(`NewFeed ready at ${feed.url} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
} catch (error) {
  if (!forPeople.some((type) => error instanceof type)) throw error;
  console.error((error as Error).message);
  process.exitCode = 1;
}
