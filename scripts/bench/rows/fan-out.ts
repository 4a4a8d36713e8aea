import { setTimeout as sleep } from "node:timers/promises";
import { notificationNodeOptions } from "../../cluster/topology.ts";
import { type Pattern, patterns, type Reply } from "../fan-out.ts";
import { connectSubscribers, type Report, type Subscribers } from "../fanload.ts";
import { startProgram } from "../processes.ts";
import type { Bench, Floor, Measured, Row, Series } from "../row.ts";
import { alternating, median } from "../statistics.ts";

interface Program {
  name: string;
  file: string;
  environment?: Record<string, string>;
  nodeOptions?: string[];
}

const newfeed = (transport: "socket" | "sse"): Program => ({
  name: "NewFeed",
  file: "subjects/newfeed.ts",
  environment: { TRANSPORT: transport },
  nodeOptions: [notificationNodeOptions],
});
const counts = [1_000, 5_000] as const;
const warmUpMs = 3_000;

interface Round {
  /** Thousand deliveries per second of the server's processor time. */
  perCpuSecond: Record<Pattern, number>;
}

/** Measures both patterns with `count` subscribers. Throws when a delivery is missing, duplicated or out of order. */
async function measureRound({ name, file, environment, nodeOptions }: Program, count: number, { seconds, progress }: Bench): Promise<Round> {
  const program = await startProgram<Reply>(file, environment, undefined, nodeOptions);
  try {
    const subscribers = await connectSubscribers({ ...program.ready, count });
    const perCpuSecond = { steady: 0, burst: 0 };
    /** Publishes for a while, and waits until every subscriber has every event. */
    const publish = async (pattern: Pattern, milliseconds: number) => {
      await program.ask({ type: "start", pattern }, "started");
      await sleep(milliseconds);
      const { events } = await program.ask({ type: "stop" }, "stopped");
      const report = await allArrived(subscribers, events * count);
      const { cpuSeconds } = await program.ask({ type: "account" }, "accounted");
      return { events, cpuSeconds, report };
    };
    for (const pattern of patterns) {
      // Shows that all subscribers are connected, and warms the code up.
      await publish(pattern, warmUpMs);
      const { events, cpuSeconds, report } = await publish(pattern, seconds * 1_000);
      const wrong = { missing: report.missing, duplicates: report.duplicates, out_of_order: report.out_of_order, disconnects: report.disconnects };
      if (report.received !== events * count || Object.values(wrong).some((value) => value > 0))
        throw new Error(`${name}: ${report.received} of ${events * count} deliveries, ${JSON.stringify(wrong)}`);
      perCpuSecond[pattern] = (events * count) / cpuSeconds / 1_000;
      progress(
        `${name}, ${count} subscribers, ${pattern}: ${Math.round(perCpuSecond[pattern])} thousand per CPU second, p99 ${report.latency_ms.p99.toFixed(1)} ms`,
      );
    }
    await subscribers.stop();
    return { perCpuSecond };
  } finally {
    await program.stop();
  }
}

/** Polls the load tool for `expected` deliveries, and gives up after two seconds without any. Returns the sum of its reports. */
async function allArrived(subscribers: Subscribers, expected: number): Promise<Report> {
  let sum = await subscribers.report();
  for (let idle = 0; sum.received < expected && idle < 20; ) {
    await sleep(100);
    const next = await subscribers.report();
    idle = next.received > 0 ? 0 : idle + 1;
    sum = {
      ...(next.received > 0 ? next : sum),
      received: sum.received + next.received,
      missing: sum.missing + next.missing,
      duplicates: sum.duplicates + next.duplicates,
      out_of_order: sum.out_of_order + next.out_of_order,
    };
  }
  return sum;
}

interface FanOutRow {
  name: string;
  what: string;
  programs: Program[];
  /** The references that NewFeed is compared with, and the ratio it must reach. */
  floors: Record<Pattern, { to: string; atLeast: number }[]>;
}

function fanOutRow({ name, what, programs, floors }: FanOutRow): Row {
  return {
    name,
    what,
    async measure(bench): Promise<Measured> {
      const series: Series[] = [];
      const met: Floor[] = [];
      for (const count of counts) {
        const rounds = new Map(programs.map((program) => [program.name, [] as Round[]]));
        for (const program of alternating(programs, bench.rounds)) rounds.get(program.name)?.push(await measureRound(program, count, bench));
        for (const pattern of patterns) {
          const samplesOf = (program: string) => (rounds.get(program) ?? []).map((round) => round.perCpuSecond[pattern]);
          const label = `${count.toLocaleString("en")} subscribers, ${pattern === "steady" ? "20 events a second" : "bursts of 16"}`;
          series.push({
            title: label,
            unit: "thousand deliveries per CPU second",
            better: "higher",
            bars: programs.map((program) => ({ name: program.name, samples: samplesOf(program.name) })),
          });
          for (const { to, atLeast } of floors[pattern])
            met.push({ what: `${label}: NewFeed to ${to}`, value: median(samplesOf("NewFeed")) / median(samplesOf(to)), bound: { atLeast } });
        }
      }
      return {
        series,
        floors: met,
        notes: [
          "Events of about 250 bytes; the server on one processor, the load tool on another; processor time is the server process's own (getrusage), including the kernel's part.",
          `NewFeed runs with ${notificationNodeOptions}, as a cluster starts it; the others with Node's defaults.`,
          "Every delivery was counted, and none was missing, duplicated or out of order.",
        ],
      };
    },
  };
}

export const webSocketFanOut = fanOutRow({
  name: "websocket",
  what: "deliveries over WebSocket per second of processor time",
  programs: [
    newfeed("socket"),
    { name: "stock Socket.IO", file: "references/stock-socketio.ts" },
    { name: "the limit (raw net, one shared buffer per turn)", file: "references/raw-websocket.ts" },
    { name: "bare ws", file: "references/bare-ws.ts" },
  ],
  floors: {
    steady: [
      { to: "stock Socket.IO", atLeast: 1.15 },
      { to: "the limit (raw net, one shared buffer per turn)", atLeast: 0.8 },
    ],
    burst: [
      { to: "stock Socket.IO", atLeast: 12 },
      { to: "the limit (raw net, one shared buffer per turn)", atLeast: 0.7 },
    ],
  },
});

export const sseFanOut = fanOutRow({
  name: "sse",
  what: "deliveries over server-sent events per second of processor time",
  programs: [
    newfeed("sse"),
    { name: "response.write", file: "references/response-write.ts" },
    { name: "the limit (one shared chunk per turn)", file: "references/raw-event-stream.ts" },
  ],
  floors: {
    steady: [{ to: "the limit (one shared chunk per turn)", atLeast: 0.85 }],
    burst: [
      { to: "response.write", atLeast: 2 },
      { to: "the limit (one shared chunk per turn)", atLeast: 0.5 },
    ],
  },
});
