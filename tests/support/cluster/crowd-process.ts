// A crowd of clients in a process of its own: what it costs to be many is not charged to whoever measures.
import { openRawClient, type RawClient, type RawClientOptions } from "./raw-clients.ts";

export interface CrowdOptions {
  host: string;
  port: number;
  postId: string;
  /** Of so many people that none has more connections than one may have. */
  tokens: string[];
  sockets: number;
  streams: number;
}

export interface CrowdReport {
  /** Who does not follow now. */
  away: number;
  /** The lowest and the highest offset that somebody is at. */
  lowest: number;
  highest: number;
  faults: string[];
  opened: number;
  told: Record<string, number>;
  /** Since the last report. */
  latencies: number[];
}

export type Command = "report" | "pause" | "resume" | "cut";

const clients: RawClient[] = [];
let latencies: number[] = [];

function open({ tokens, sockets, streams, ...where }: CrowdOptions): void {
  const transports: RawClientOptions["transport"][] = [...Array(sockets).fill("socket"), ...Array(streams).fill("sse")];
  for (const [index, transport] of transports.entries())
    clients.push(openRawClient({ ...where, transport, token: tokens[index % tokens.length] as string, seen: (latency) => latencies.push(latency) }));
}

function report(): CrowdReport {
  const told: Record<string, number> = {};
  for (const client of clients) for (const [code, count] of client.told) told[code] = (told[code] ?? 0) + count;
  const offsets = clients.map(({ offset }) => offset ?? -1);
  const result = {
    away: clients.filter(({ following }) => !following).length,
    lowest: Math.min(...offsets),
    highest: Math.max(...offsets),
    faults: clients.flatMap(({ faults }) => faults.slice(0, 3)).slice(0, 10),
    opened: clients.reduce((sum, { opened }) => sum + opened, 0),
    told,
    latencies,
  };
  latencies = [];
  return result;
}

process.on("message", (message: CrowdOptions | Command) => {
  if (typeof message === "object") return open(message);
  if (message === "report") process.send?.(report());
  else for (const client of clients) client[message]();
});
process.on("disconnect", () => process.exit());
