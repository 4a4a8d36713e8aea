import { readdirSync, readFileSync } from "node:fs";

/** What a whole stack (its servers included) says, as a contestant of the rows about writes. */
export type StackReply =
  | {
      type: "ready";
      /** Where its gateway answers. */
      url: string;
      /** Where its sockets are. */
      socketUrl: string;
      /** Bearer tokens of those who comment. */
      tokens: string[];
      /** Whose posts are commented. */
      authorToken: string;
      postIds: string[];
      /** `POST` there with `{content}` comments a post. */
      commentPath: string;
    }
  | { type: "accounted"; processes: Record<string, number> }
  /** What a commit costs on its PostgreSQL. */
  | { type: "committed"; milliseconds: number }
  /** How many comments had all their effects: counted, notified. */
  | { type: "done"; comments: number };

/** Seconds of processor time of a process and all below it, those that ended included (proc(5), `stat`, fields 14 to 17). */
export function familyCpuSeconds(roots: ReadonlyMap<string, number>): Record<string, number> {
  const stats = new Map<number, { parent: number; seconds: number }>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const fields = stat
        .slice(stat.lastIndexOf(")") + 2)
        .split(" ")
        .map(Number);
      stats.set(Number(name), { parent: fields[1] as number, seconds: fields.slice(11, 15).reduce((sum, ticks) => sum + ticks, 0) / 100 });
    } catch {
      // Ended meanwhile.
    }
  }
  const below = (pid: number): number =>
    (stats.get(pid)?.seconds ?? 0) + [...stats].reduce((sum, [child, { parent }]) => (parent === pid ? sum + below(child) : sum), 0);
  return Object.fromEntries([...roots].map(([name, pid]) => [name, below(pid)]));
}
