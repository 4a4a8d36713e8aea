import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connectSubscribers } from "../fanload.ts";
import type { InstancesReply } from "../instances.ts";
import { startProgram } from "../processes.ts";
import type { Bench, Row } from "../row.ts";
import { alternating, median } from "../statistics.ts";

const scales = [1, 4] as const;
const subscribersPerInstance = 1_000;
/** A user's limit of connections. */
const connectionsPerUser = 20;
/** With four instances still under half of one processor's capacity; above it, batches form. */
const perSecond = 10;

/** Thousand deliveries per second of the notification instances' processor time. */
async function measure(instances: number, index: number, { seconds, directory, progress }: Bench): Promise<number> {
  const subscribers = instances * subscribersPerInstance;
  progress(`starting a cluster with ${instances} notification ${instances === 1 ? "instance" : "instances"}`);
  const cluster = await startProgram<InstancesReply>("subjects/instances.ts", {
    DIRECTORY: join(directory, `cluster-${index}`),
    INSTANCES: String(instances),
    USERS: String(subscribers / connectionsPerUser),
  });
  try {
    const { urls, tokens, postId } = cluster.ready;
    const lines = join(directory, `tokens-${index}`);
    writeFileSync(lines, tokens.join("\n"));
    const connected = await connectSubscribers({
      urls,
      count: subscribers,
      socketio: true,
      send: ['40{"token":"{line}"}', `42["subscribe-post","${postId}"]`],
      lines,
      marks: { ts: "ts=", seq: "seq=" },
      perSecond: 300,
    });
    // The last connections are still catching up.
    await sleep(2_000);
    await cluster.ask({ type: "write", perSecond, seconds: 1 }, "written");
    await sleep(1_000);
    await connected.report();
    const before = (await cluster.ask({ type: "account" }, "accounted")).cpuSeconds;
    const { comments } = await cluster.ask({ type: "write", perSecond, seconds }, "written");
    await sleep(1_000);
    const { cpuSeconds } = await cluster.ask({ type: "account" }, "accounted");
    const report = await connected.report();
    await connected.stop();
    const wrong = { missing: report.missing, duplicates: report.duplicates, out_of_order: report.out_of_order, disconnects: report.disconnects };
    if (report.received !== comments * subscribers || Object.values(wrong).some((value) => value > 0))
      throw new Error(`${report.received} of ${comments * subscribers} deliveries, ${JSON.stringify(wrong)}`);
    const result = report.received / (cpuSeconds - before) / 1_000;
    progress(`${instances}: ${result.toFixed(1)} thousand deliveries per CPU second, p99 ${report.latency_ms.p99.toFixed(1)} ms`);
    return result;
  } finally {
    await cluster.end();
  }
}

export const instances: Row = {
  name: "instances",
  what: "deliveries per second of processor time, one notification instance and four",
  async measure(bench) {
    const samples = new Map(scales.map((scale) => [scale, [] as number[]]));
    for (const [index, scale] of alternating(scales, bench.rounds).entries()) samples.get(scale)?.push(await measure(scale, index, bench));
    const of = (scale: (typeof scales)[number]) => samples.get(scale) ?? [];
    return {
      series: [
        {
          title: `${subscribersPerInstance.toLocaleString("en")} subscribers on each instance, ${perSecond} comments a second`,
          unit: "thousand deliveries per CPU second",
          better: "higher",
          bars: scales.map((scale) => ({ name: scale === 1 ? "one instance" : `${scale} instances`, samples: of(scale) })),
        },
      ],
      floors: [{ what: "four instances to one", value: median(of(4)) / median(of(1)), bound: { atLeast: 0.9 } }],
      notes: [
        "Comments take the whole path: HTTP, the outbox, RabbitMQ, the log, Redis. The processor time is that of all notification instances together, consuming, appending and idle work included.",
        "Each instance has the same number of subscribers in both cases, so that the idle cost per delivery is the same. The same 2,000 subscribers on one instance and spread over four, at 20 comments a second, gave 0.86 ×: an idle instance takes 11 ms of processor time per second, and an event costs each instance about 0.1 ms besides its deliveries.",
        "The whole cluster shares one processor; the load tool has the other one.",
      ],
    };
  },
};
