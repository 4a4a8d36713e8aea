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

/** Marks a data folder as ours. Throws `FolderInUse` while the process that marked it before is alive. */
export function lockFolder(directory: string): { release(): void } {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, "process.json");
  try {
    const { pid, start } = JSON.parse(readFileSync(file, "utf8")) as { pid: number; start: string };
    if (pid !== process.pid && startOf(pid) === start) throw new FolderInUse(`${directory} is in use by process ${pid}`);
  } catch (error) {
    if (error instanceof FolderInUse) throw error;
    // Absent, or cut off by a crash: nobody holds it.
  }
  writeFileSync(file, JSON.stringify({ pid: process.pid, start: startOf(process.pid) }));
  return { release: () => rmSync(file, { force: true }) };
}
