// A crowd of clients in its own process, so that its cost does not distort the measuring process.
import { openRawClient, type RawClient, type RawClientOptions } from "./raw-clients.ts";

export interface CrowdOptions {
  host: string;
  port: number;
  postId: string;
  /** Of enough users that none exceeds the limit of connections. */
  tokens: string[];
  sockets: number;
  streams: number;
}

export interface CrowdReport {
  /** How many clients are not following now. */
  away: number;
  /** The lowest and the highest offset of all clients. */
  lowest: number;
  highest: number;
  faults: string[];
  connections: number;
  /** `closing` events by code. */
  closings: Record<string, number>;
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
  const closings: Record<string, number> = {};
  for (const client of clients) for (const [code, count] of client.closings) closings[code] = (closings[code] ?? 0) + count;
  const offsets = clients.map(({ offset }) => offset ?? -1);
  const result = {
    away: clients.filter(({ following }) => !following).length,
    lowest: Math.min(...offsets),
    highest: Math.max(...offsets),
    faults: clients.flatMap(({ faults }) => faults.slice(0, 3)).slice(0, 10),
    connections: clients.reduce((sum, { connections }) => sum + connections, 0),
    closings,
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
