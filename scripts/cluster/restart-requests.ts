import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * `npm run cluster -- restart <part>` sends its request to the running cluster as a file in a directory that only the
 * owner may write to; the response is another file. A port would need authentication.
 */
const requestsIn = (cluster: string) => join(cluster, "restart");
const pollEveryMs = 200;

interface Outcome {
  restarted: string[];
  failed?: string;
}

/** Writes a file atomically: beside it, then a rename. */
function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Serves requests one after the other. `restart` returns the instances that it has replaced. */
export function serveRestarts(cluster: string, restart: (part: string) => Promise<string[]>): { close(): void } {
  const folder = requestsIn(cluster);
  // Requests of an earlier run.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let busy = false;
  const timer = setInterval(async () => {
    if (busy) return;
    const part = readdirSync(folder)
      .find((name) => name.endsWith(".request"))
      ?.replace(/\.request$/, "");
    if (!part) return;
    busy = true;
    const outcome: Outcome = await restart(part).then(
      (restarted) => ({ restarted }),
      (error: Error) => ({ restarted: [], failed: error.message }),
    );
    rmSync(join(folder, `${part}.request`), { force: true });
    writeWhole(join(folder, `${part}.response`), JSON.stringify(outcome));
    busy = false;
  }, pollEveryMs);
  return { close: () => clearInterval(timer) };
}

/** Sends a request and waits for its response while `isRunning`. Throws the cluster's error. */
export async function requestRestart(cluster: string, part: string, isRunning: () => boolean): Promise<string[]> {
  const [request, response] = ["request", "response"].map((kind) => join(requestsIn(cluster), `${part}.${kind}`)) as [string, string];
  rmSync(response, { force: true });
  writeWhole(request, "");
  for (;;) {
    await sleep(pollEveryMs);
    try {
      const { restarted, failed } = JSON.parse(readFileSync(response, "utf8")) as Outcome;
      rmSync(response, { force: true });
      if (failed) throw new Error(failed);
      return restarted;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
    if (!isRunning()) throw new Error("the cluster has stopped");
  }
}
