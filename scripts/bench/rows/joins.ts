import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connectSubscribers } from "../fanload.ts";
import type { InstancesReply } from "../instances.ts";
import { startProgram } from "../processes.ts";
import type { Bench, Row } from "../row.ts";
import { alternating, median } from "../statistics.ts";

const programs = [
  { name: "NewFeed", file: "subjects/instances.ts" },
  { name: "Socket.IO with tokens", file: "references/socketio-jwt.ts" },
] as const;
const clients = 2_000;
/** A user's limit of connections. */
const connectionsPerUser = 20;
const settlesWithinMs = 15_000;

const times = ["first", "again"] as const;
interface Joins {
  /** Until all clients are in. */
  seconds: number;
  /** Processor time of the program (of the notification instance) for each of them. */
  milliseconds: number;
}

/** All clients connect, authenticate and subscribe at once: for the first time in the program's life, and again when they have left. */
async function measure(
  { name, file }: (typeof programs)[number],
  index: number,
  { directory, progress }: Bench,
): Promise<Record<(typeof times)[number], Joins>> {
  const program = await startProgram<InstancesReply>(file, {
    DIRECTORY: join(directory, `cluster-${index}`),
    INSTANCES: "1",
    USERS: String(clients / connectionsPerUser),
  });
  try {
    const { urls, tokens, postId } = program.ready;
    const lines = join(directory, `tokens-${index}`);
    writeFileSync(lines, tokens.join("\n"));
    const cpuSeconds = async () => (await program.ask({ type: "account" }, "accounted")).cpuSeconds;
    async function all(time: string): Promise<Joins> {
      const before = await cpuSeconds();
      const send = ['40{"token":"{line}"}', `421["subscribe-post","${postId}"]`];
      const { seconds, stop } = await connectSubscribers({ urls, count: clients, socketio: true, send, lines, perSecond: 0 });
      const milliseconds = (((await cpuSeconds()) - before) / clients) * 1_000;
      await stop();
      progress(`${name}, ${time}: all in after ${seconds.toFixed(2)} s, ${milliseconds.toFixed(2)} ms of processor time for each`);
      return { seconds, milliseconds };
    }
    // The processor is to be idle: until then it has what the sign-ups set off.
    await sleep(settlesWithinMs);
    const first = await all("first");
    await sleep(settlesWithinMs);
    return { first, again: await all("again") };
  } finally {
    await program.end();
  }
}

export const joins: Row = {
  name: "joins",
  what: "two thousand clients that connect, authenticate and subscribe at once",
  async measure(bench) {
    const samples = new Map(programs.map(({ name }) => [name, [] as Awaited<ReturnType<typeof measure>>[]]));
    for (const [index, program] of alternating(programs, bench.rounds).entries()) samples.get(program.name)?.push(await measure(program, index, bench));
    type Name = (typeof programs)[number]["name"];
    const of = (name: Name, time: (typeof times)[number], what: keyof Joins) => (samples.get(name) ?? []).map((joins) => joins[time][what]);
    const bars = (what: keyof Joins) => programs.flatMap(({ name }) => times.map((time) => ({ name: `${name}, ${time}`, samples: of(name, time, what) })));
    return {
      series: [
        { title: "until all are in", unit: "s", better: "lower", bars: bars("seconds") },
        { title: "processor time of a join", unit: "ms", better: "lower", bars: bars("milliseconds") },
      ],
      floors: times.flatMap((time) => [
        { what: `until all are in, ${time}`, value: median(of("NewFeed", time, "seconds")), bound: { atMost: 1.5 }, unit: "s" },
        { what: `processor time of a join, ${time}`, value: median(of("NewFeed", time, "milliseconds")), bound: { atMost: 0.9 }, unit: "ms" },
      ]),
      notes: [
        "The cluster with one notification instance, whose processor time it is; all of the cluster shares one processor with it. Each client's subscription is acknowledged.",
        "Socket.IO checks a token (HS256) and joins a room; it asks nobody who may see the post, and keeps no log.",
      ],
    };
  },
};
