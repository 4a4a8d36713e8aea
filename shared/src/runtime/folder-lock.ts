import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Two processes on one data folder would end each other's database. */
export class FolderInUse extends Error {}

/** When a process started, as the kernel counts it: a number that a later process of the same id does not share. */
function startOf(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
  } catch {
    return undefined;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command's name may hold spaces and brackets; starttime is the 20th field after it (proc_pid_stat(5)).
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return "unknown";
  }
}

/** Who marked a data folder, if that process is alive. */
function holderOf(directory: string): number | undefined {
  try {
    const { pid, start } = JSON.parse(readFileSync(join(directory, "process.json"), "utf8")) as { pid: number; start: string };
    return startOf(pid) === start ? pid : undefined;
  } catch {
    // Absent, or cut off by a crash: nobody holds it.
    return undefined;
  }
}

export const isFolderInUse = (directory: string): boolean => holderOf(directory) !== undefined;

/** Marks a data folder as ours. Throws `FolderInUse` while the process that marked it before is alive. */
export function lockFolder(directory: string): { release(): void } {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, "process.json");
  const holder = holderOf(directory);
  if (holder !== undefined && holder !== process.pid) throw new FolderInUse(`${directory} is in use by process ${holder}`);
  writeFileSync(file, JSON.stringify({ pid: process.pid, start: startOf(process.pid) }));
  return { release: () => rmSync(file, { force: true }) };
}
