import { ConfigError, readConfig } from "@newfeed/shared/runtime/config.ts";
import { FolderInUse } from "@newfeed/shared/runtime/folder-lock.ts";
import { PortTaken } from "@newfeed/shared/runtime/listen.ts";
import { startFeed } from "./feed.ts";

const started = performance.now();

/** Errors that the person at the terminal can do something about: one clear line, no stack. */
const forPeople = [ConfigError, FolderInUse, PortTaken];

try {
  const feed = await startFeed(readConfig(process.env));
  for (const line of feed.platform.chosen) console.log(`  ${line}`);
  console.log(`NewFeed ready at ${feed.url} (${((performance.now() - started) / 1000).toFixed(1)} s)`);

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
} catch (error) {
  if (!forPeople.some((type) => error instanceof type)) throw error;
  console.error((error as Error).message);
  process.exitCode = 1;
}
