import { readdirSync, readlinkSync, realpathSync } from "node:fs";
import { basename, sep } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const goneWithinMs = 5_000;

/** The log of a process, if its standard error is a file below one of these folders. */
function logOf(pid: string, folders: readonly string[]): string | undefined {
  try {
    const file = readlinkSync(`/proc/${pid}/fd/2`).replace(/ \(deleted\)$/, "");
    return folders.some((folder) => file.startsWith(folder + sep)) ? file : undefined;
  } catch {
    // It has exited, or belongs to another user.
    return undefined;
  }
}

/** What writes its log below these folders, by process id. Empty where the system does not tell. */
function writersBelow(folders: readonly string[]): Map<number, string> {
  if (process.platform !== "linux") return new Map();
  return new Map(
    readdirSync("/proc").flatMap((pid) => {
      const log = /^\d+$/.test(pid) && pid !== String(process.pid) ? logOf(pid, folders) : undefined;
      return log ? [[Number(pid), basename(log, ".log")] as const] : [];
    }),
  );
}

/**
 * Kills the processes that an earlier run has left in these folders, by their logs: a process id may have been given to
 * another program since. Returns the names of those logs. On Linux only; elsewhere it finds none.
 */
export async function endLeftovers(folders: readonly string[]): Promise<string[]> {
  const real = folders.flatMap((folder) => {
    try {
      return [realpathSync(folder)];
    } catch {
      return [];
    }
  });
  const found = writersBelow(real);
  for (const deadline = Date.now() + goneWithinMs; Date.now() < deadline; await sleep(20)) {
    const left = [...writersBelow(real).keys()];
    if (left.length === 0) break;
    for (const pid of left)
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It has just exited.
      }
  }
  return [...new Set(found.values())].sort();
}
