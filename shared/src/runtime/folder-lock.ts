import { mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Two processes on one data folder would stop each other's database. */
export class FolderInUse extends Error {}

/** The kernel's start time of a process, which tells it from a later one with the same id. */
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

/** The living process that holds a data folder. */
function holderOf(directory: string): number | undefined {
  try {
    const held = JSON.parse(readFileSync(join(directory, "process.json"), "utf8")) as { pid: number; start: string; directory?: string };
    // In the copy of a folder the file is about the original.
    if (held.directory !== undefined && held.directory !== realpathSync(directory)) return undefined;
    return startOf(held.pid) === held.start ? held.pid : undefined;
  } catch {
    // Absent, or truncated by a crash: no process holds it.
    return undefined;
  }
}

export const isFolderInUse = (directory: string): boolean => holderOf(directory) !== undefined;

/** Locks a data folder. Throws `FolderInUse` while another living process holds it. */
export function lockFolder(directory: string): { release(): void } {
  // Others may pass, not look: as root, PostgreSQL runs as another user. What is in it is private by itself.
  mkdirSync(directory, { recursive: true, mode: 0o711 });
  const file = join(directory, "process.json");
  const holder = holderOf(directory);
  if (holder !== undefined && holder !== process.pid) throw new FolderInUse(`${directory} is in use by process ${holder}`);
  writeFileSync(file, JSON.stringify({ pid: process.pid, start: startOf(process.pid), directory: realpathSync(directory) }), { mode: 0o600 });
  return { release: () => rmSync(file, { force: true }) };
}
