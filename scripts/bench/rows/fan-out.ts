import { setTimeout as sleep } from "node:timers/promises";
import { notificationNodeOptions } from "../../cluster/topology.ts";
import { type Pattern, patterns, type Reply } from "../fan-out.ts";
import { connectSubscribers, type Report, type Subscribers } from "../fanload.ts";
import { startContestant } from "../processes.ts";
import type { Bench, Floor, Measured, Row, Series } from "../row.ts";
import { alternating, median } from "../statistics.ts";

interface Contender {
  name: string;
  file: string;
  environment?: Record<string, string>;
  nodeOptions?: string[];
}

const newfeed = (transport: "socket" | "sse"): Contender => ({
  name: "NewFeed",
  file: "subjects/newfeed.ts",
  environment: { TRANSPORT: transport },
  nodeOptions: [notificationNodeOptions],
});
const counts = [1_000, 5_000] as const;
const warmUpMs = 3_000;

interface Round {
  /** Thousand deliveries for each second of the server's processor time. */
  perCpuSecond: Record<Pattern, number>;
}

/** Connects so many subscribers, and measures both patterns on them. Throws when anybody lacked, doubled or disordered an event. */
async function measureRound({ name, file, environment, nodeOptions }: Contender, count: number, { seconds, progress }: Bench): Promise<Round> {
  const contestant = await startContestant<Reply>(file, environment, undefined, nodeOptions);
  try {
    const subscribers = await connectSubscribers({ ...contestant.ready, count });
    const perCpuSecond = { steady: 0, burst: 0 };
    /** Publishes for a while, and waits until everybody has everything. */
    const publish = async (pattern: Pattern, milliseconds: number) => {
      await contestant.ask({ type: "start", pattern }, "started");
      await sleep(milliseconds);
      const { events } = await contestant.ask({ type: "stop" }, "stopped");
      const report = await allArrived(subscribers, events * count);
      const { cpuSeconds } = await contestant.ask({ type: "account" }, "accounted");
      return { events, cpuSeconds, report };
    };
    for (const pattern of patterns) {
      // Tells that everybody is there, and leaves code as warm as a day does: compiling it takes longer than running it.
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
    await contestant.stop();
  }
}

/** Asks the load tool until so many deliveries were seen; gives all its reports as one, and what there is when nothing more comes for two seconds. */
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
  contenders: Contender[];
  /** Which of them NewFeed is compared with, and how it must compare. */
  floors: Record<Pattern, { to: string; atLeast: number }[]>;
}

function fanOutRow({ name, what, contenders, floors }: FanOutRow): Row {
  return {
    name,
    what,
    async measure(bench): Promise<Measured> {
      const series: Series[] = [];
      const met: Floor[] = [];
      for (const count of counts) {
        const rounds = new Map(contenders.map((contender) => [contender.name, [] as Round[]]));
        for (const contender of alternating(contenders, bench.rounds)) rounds.get(contender.name)?.push(await measureRound(contender, count, bench));
        for (const pattern of patterns) {
          const samplesOf = (contender: string) => (rounds.get(contender) ?? []).map((round) => round.perCpuSecond[pattern]);
          const label = `${count.toLocaleString("en")} subscribers, ${pattern === "steady" ? "20 events a second" : "bursts of 16"}`;
          series.push({
            title: label,
            unit: "thousand deliveries per CPU second",
            better: "higher",
            bars: contenders.map((contender) => ({ name: contender.name, samples: samplesOf(contender.name) })),
          });
          for (const { to, atLeast } of floors[pattern])
            met.push({ what: `${label}: NewFeed to ${to}`, value: median(samplesOf("NewFeed")) / median(samplesOf(to)), bound: { atLeast } });
        }
      }
      return {
        series,
        floors: met,
        notes: [
          "Events of about 250 bytes; the server on one processor, the load tool on another; processor time is the server process's own (getrusage), the kernel's part of it included.",
          `NewFeed runs with ${notificationNodeOptions}, as its clusters start it; the others with Node's defaults.`,
          "Every delivery was counted, and none was missing, doubled or out of order.",
        ],
      };
    },
  };
}

export const webSocketFanOut = fanOutRow({
  name: "websocket",
  what: "deliveries over WebSocket for each second of processor time",
  contenders: [
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
  what: "deliveries over server-sent events for each second of processor time",
  contenders: [
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
