import { readdirSync, readFileSync } from "node:fs";

const parentOf = (pid: number): number | undefined => {
  try {
    // The name in parentheses may hold spaces.
    return Number(
      readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/^.*\) \S /s, "")
        .split(" ")[0],
    );
  } catch {
    return undefined;
  }
};

/** Signals a process and its descendants, which PostgreSQL's backends and RabbitMQ's helpers are: frozen alone, it would go on through them. Linux only. */
export function signalTree(pid: number, signal: NodeJS.Signals): void {
  const all = readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  const parents = new Map(all.map((one) => [one, parentOf(one)]));
  const tree = [pid];
  for (const one of tree) tree.push(...all.filter((other) => parents.get(other) === one));
  for (const one of tree) {
    try {
      process.kill(one, signal);
    } catch {
      // Has ended.
    }
  }
}
