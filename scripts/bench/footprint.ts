import { readdirSync, readFileSync } from "node:fs";

/** The proportional set size of a process and all its descendants, in megabytes: shared memory counts once. */
export function footprintOf(pid: number): number {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
    } catch {
      // Exited meanwhile.
    }
  }
  const family = (of: number): number[] => [of, ...[...parents].filter(([, parent]) => parent === of).flatMap(([child]) => family(child))];
  let kilobytes = 0;
  for (const member of family(pid)) {
    try {
      kilobytes += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${member}/smaps_rollup`, "utf8"))?.[1] ?? 0);
    } catch {
      // Exited meanwhile.
    }
  }
  return kilobytes / 1024;
}
