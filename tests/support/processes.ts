import { readdirSync, readFileSync } from "node:fs";

/** The state and the parent of a process, which stand after its command's name (proc_pid_stat(5)). Null when it is gone, and where the system does not tell. */
function statOf(pid: number | string): { state: string; parent: number } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state = "", parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state, parent: Number(parent) };
  } catch {
    return null;
  }
}

/** Whether a process runs; one that has exited, and that no parent has asked about yet, does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return process.platform !== "linux" || !["Z", undefined].includes(statOf(pid)?.state);
}

/** On Linux. */
export const childrenOf = (pid: number | null): number[] =>
  readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) && statOf(name)?.parent === pid ? [Number(name)] : []));
