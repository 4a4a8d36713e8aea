import { readdirSync, readFileSync } from "node:fs";

/** The messages of a whole stack, servers included, in the rows about writes. */
export type StackReply =
  | {
      type: "ready";
      /** Of its gateway. */
      url: string;
      /** Of its Socket.IO server. */
      socketUrl: string;
      /** Bearer tokens of the commenters. */
      tokens: string[];
      /** Bearer token of the posts' author. */
      authorToken: string;
      postIds: string[];
      /** `POST` to it with `{content}` creates a comment. */
      commentPath: string;
      /** `GET` of it answers the ten newest posts. */
      feedPath: string;
    }
  | { type: "accounted"; processes: Record<string, number> }
  /** What a commit costs on its PostgreSQL. */
  | { type: "committed"; milliseconds: number }
  /** How many comments have taken all their effects: counted, notified. */
  | { type: "counted"; comments: number };

/** Processor seconds of each process and its descendants, exited ones included (proc(5), `stat`, fields 14 to 17). */
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
      // Exited meanwhile.
    }
  }
  const below = (pid: number): number =>
    (stats.get(pid)?.seconds ?? 0) + [...stats].reduce((sum, [child, { parent }]) => (parent === pid ? sum + below(child) : sum), 0);
  return Object.fromEntries([...roots].map(([name, pid]) => [name, below(pid)]));
}

/** Processor seconds of each process since an earlier account. */
export const familySecondsSince = (before: Record<string, number>, after: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(after).map(([process, total]) => [process, total - (before[process] ?? 0)]));
