import type { HttpLoadReply } from "../http-load.ts";
import { cpuSecondsOf, processorOf, startProgram } from "../processes.ts";
import type { Bench, Measured, Row } from "../row.ts";
import { alternating, median } from "../statistics.ts";

export interface ForwarderReady {
  type: "ready";
  /** The process whose processor time is measured. */
  pid: number;
  port: number;
  /** Port of the service that all programs forward to. */
  upstream: number;
  token: string;
}

const connections = 64;
const newfeed = "NewFeed's gateway";
const bare = "bare undici forwarder";
const middleware = "Express, http-proxy-middleware";

/** Microseconds of processor time per forwarded request. */
async function measure({ rounds, seconds, directory, progress }: Bench): Promise<Measured> {
  const load = await startProgram<HttpLoadReply>("http-load.ts", {}, processorOf.load);
  const gateway = await startProgram<ForwarderReady>("subjects/gateway.ts", { DIRECTORY: directory }, processorOf.load);
  const { upstream, token } = gateway.ready;
  const references = {
    [bare]: await startProgram<ForwarderReady>("references/forwarder.ts", { UPSTREAM: String(upstream) }),
    [middleware]: await startProgram<ForwarderReady>("references/proxy-middleware.ts", { UPSTREAM: String(upstream) }),
  };
  const programs: Record<string, typeof gateway> = { [newfeed]: gateway, ...references };
  const samples = new Map(Object.keys(programs).map((name) => [name, [] as number[]]));
  try {
    const run = async (name: string, forSeconds: number) => {
      const { pid, port } = (programs[name] as typeof gateway).ready;
      const path = "/api/v1/posts/0193a7c0-0000-7000-8000-000000000001";
      const headers = { accept: "application/json", "user-agent": "bench", authorization: `Bearer ${token}` };
      const before = cpuSecondsOf(pid);
      const { succeeded, failed, status } = await load.ask(
        { type: "load", port, connections, seconds: forSeconds, requests: [{ method: "GET", path, headers }] },
        "loaded",
      );
      if (failed > 0 || succeeded === 0) throw new Error(`${name}: ${JSON.stringify(status)}`);
      return ((cpuSecondsOf(pid) - before) * 1e6) / succeeded;
    };
    // With a warm-up of four seconds, the first round still took a tenth more than the last.
    for (const name of Object.keys(programs)) await run(name, 10);
    for (const name of alternating(Object.keys(programs), rounds)) {
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
        title: "Processor time per forwarded GET of 1 KB",
        unit: "µs",
        better: "lower",
        bars: [...samples].map(([name, measured]) => ({ name, samples: measured })),
      },
    ],
    floors: [
      {
        what: "processor time per request: NewFeed's gateway to a bare undici forwarder",
        value: median(of(newfeed)) / median(of(bare)),
        bound: { atMost: 3 },
      },
    ],
    notes: [
      `${connections} connections send requests in a closed loop. The measured process has a processor of its own; load, service and Redis share the other one.`,
      "NewFeed's gateway checks the token, counts a limit in Redis, passes a breaker, counts metrics and logs a line of JSON per request (LOG_LEVEL=http). The references only forward.",
    ],
  };
}

export const gatewayCpu: Row = { name: "gateway", what: "processor time of the gateway per forwarded request", measure };
