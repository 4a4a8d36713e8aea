import type { HttpLoadReply } from "../http-load.ts";
import { cpuSecondsOf, processorOf, startContestant } from "../processes.ts";
import type { Bench, Measured, Row } from "../row.ts";
import { alternating, median } from "../statistics.ts";

export interface ForwarderReady {
  type: "ready";
  /** Whose processor time counts. */
  pid: number;
  port: number;
  /** Where the service is that everybody forwards to. */
  upstream: number;
  token: string;
}

const connections = 64;
const newfeed = "NewFeed's gateway";
const bare = "bare undici forwarder";
const middleware = "Express, http-proxy-middleware";

/** Microseconds of a process' own processor time for each request that it forwarded. */
async function measure({ rounds, seconds, directory, progress }: Bench): Promise<Measured> {
  const load = await startContestant<HttpLoadReply>("http-load.ts", {}, processorOf.load);
  const gateway = await startContestant<ForwarderReady>("subjects/gateway.ts", { DIRECTORY: directory }, processorOf.load);
  const { upstream, token } = gateway.ready;
  const references = {
    [bare]: await startContestant<ForwarderReady>("references/forwarder.ts", { UPSTREAM: String(upstream) }),
    [middleware]: await startContestant<ForwarderReady>("references/proxy-middleware.ts", { UPSTREAM: String(upstream) }),
  };
  const contenders: Record<string, typeof gateway> = { [newfeed]: gateway, ...references };
  const samples = new Map(Object.keys(contenders).map((name) => [name, [] as number[]]));
  try {
    const run = async (name: string, forSeconds: number) => {
      const { pid, port } = (contenders[name] as typeof gateway).ready;
      const path = "/api/v1/posts/0193a7c0-0000-7000-8000-000000000001";
      const headers = { accept: "application/json", "user-agent": "bench", authorization: `Bearer ${token}` };
      const before = cpuSecondsOf(pid);
      const { answered, refused, status } = await load.ask(
        { type: "load", port, connections, seconds: forSeconds, requests: [{ method: "GET", path, headers }] },
        "loaded",
      );
      if (refused > 0 || answered === 0) throw new Error(`${name}: ${JSON.stringify(status)}`);
      return ((cpuSecondsOf(pid) - before) * 1e6) / answered;
    };
    // The longer, the less of what follows is compiling: after four seconds the first round still took a tenth more than the last.
    for (const name of Object.keys(contenders)) await run(name, 10);
    for (const name of alternating(Object.keys(contenders), rounds)) {
      const microseconds = await run(name, seconds);
      samples.get(name)?.push(microseconds);
      progress(`${name}: ${microseconds.toFixed(1)} µs`);
    }
  } finally {
    await load.stop();
    for (const reference of Object.values(references)) await reference.stop();
    await gateway.end();
  }
  const of = (name: string) => samples.get(name) as number[];
  return {
    series: [
      {
        title: "Processor time for a forwarded GET of 1 KB",
        unit: "µs",
        better: "lower",
        bars: [...samples].map(([name, measured]) => ({ name, samples: measured })),
      },
    ],
    floors: [
      {
        what: "processor time for a request: NewFeed's gateway to a bare undici forwarder",
        value: median(of(newfeed)) / median(of(bare)),
        bound: { atMost: 3 },
      },
    ],
    notes: [
      `${connections} connections ask as fast as they are answered; the process that is measured has a processor of its own, load, service and Redis share the other one.`,
      "NewFeed's gateway checks the token, counts a limit in Redis, passes a breaker, writes metrics, and a line of JSON to its log for each request (LOG_LEVEL=http). The references only forward.",
    ],
  };
}

export const gatewayCpu: Row = { name: "gateway", what: "processor time of the gateway for a forwarded request", measure };
