import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * How `npm run cluster -- restart <part>` asks the cluster that runs: a file in its folder, which only its owner may
 * write to, answered by another one. A port to ask on would want a password.
 */
const folderIn = (cluster: string) => join(cluster, "restart");
const lookEveryMs = 200;

interface Outcome {
  restarted: string[];
  failed?: string;
}

/** Written beside and renamed: whoever reads it gets all of it. */
function put(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Serves requests, one after the other. `restart` gives the instances that it replaced. */
export function serveRestarts(cluster: string, restart: (part: string) => Promise<string[]>): { close(): void } {
  const folder = folderIn(cluster);
  // What nobody waits for any more.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let busy = false;
  const timer = setInterval(async () => {
    if (busy) return;
    const part = readdirSync(folder)
      .find((name) => name.endsWith(".asked"))
      ?.replace(/\.asked$/, "");
    if (!part) return;
    busy = true;
    const outcome: Outcome = await restart(part).then(
      (restarted) => ({ restarted }),
      (error: Error) => ({ restarted: [], failed: error.message }),
    );
    rmSync(join(folder, `${part}.asked`), { force: true });
    put(join(folder, `${part}.done`), JSON.stringify(outcome));
    busy = false;
  }, lookEveryMs);
  return { close: () => clearInterval(timer) };
}

/** Asks, and waits while `isRunning`. Throws with what the cluster says. */
export async function requestRestart(cluster: string, part: string, isRunning: () => boolean): Promise<string[]> {
  const [asked, done] = ["asked", "done"].map((state) => join(folderIn(cluster), `${part}.${state}`)) as [string, string];
  rmSync(done, { force: true });
  put(asked, "");
  for (;;) {
    await sleep(lookEveryMs);
    try {
      const { restarted, failed } = JSON.parse(readFileSync(done, "utf8")) as Outcome;
      rmSync(done, { force: true });
      if (failed) throw new Error(failed);
      return restarted;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
    if (!isRunning()) throw new Error("the cluster has ended");
  }
}
