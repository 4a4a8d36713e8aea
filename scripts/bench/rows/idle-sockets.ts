import { setTimeout as sleep } from "node:timers/promises";
import { notificationNodeOptions } from "../../cluster/topology.ts";
import type { Reply } from "../fan-out.ts";
import { connectSubscribers } from "../fanload.ts";
import { proportionalBytesOf, startProgram } from "../processes.ts";
import type { Row } from "../row.ts";
import { alternating, median } from "../statistics.ts";

interface Program {
  name: string;
  file: string;
  environment?: Record<string, string>;
  nodeOptions?: string[];
}

const programs: Program[] = [
  { name: "NewFeed", file: "subjects/newfeed.ts", environment: { TRANSPORT: "socket" }, nodeOptions: [notificationNodeOptions] },
  { name: "stock Socket.IO", file: "references/stock-socketio.ts" },
  { name: "bare ws", file: "references/bare-ws.ts" },
];
const count = 5_000;

/** Kilobytes that a connected and subscribed socket adds to the process, measured after garbage collections. */
async function measure({ file, environment, nodeOptions = [] }: Program): Promise<number> {
  const program = await startProgram<Reply>(file, environment, undefined, ["--expose-gc", ...nodeOptions]);
  // Several times, with pauses: freed memory returns to the system with a delay.
  const settledBytes = async () => {
    for (let times = 0; times < 3; times++) {
      await program.ask({ type: "collect" }, "collected");
      await sleep(500);
    }
    return proportionalBytesOf(program.pid);
  };
  try {
    // Connects and closes some sockets first, so that code and pools created once are not counted.
    const first = await connectSubscribers({ ...program.ready, count: 200 });
    await first.stop();
    const before = await settledBytes();
    const subscribers = await connectSubscribers({ ...program.ready, count });
    await sleep(1_000);
    const after = await settledBytes();
    await subscribers.stop();
    return (after - before) / count / 1024;
  } finally {
    await program.stop();
  }
}

export const idleSockets: Row = {
  name: "idle-sockets",
  what: "memory per idle socket",
  async measure({ rounds, progress }) {
    const samples = new Map(programs.map(({ name }) => [name, [] as number[]]));
    for (const program of alternating(programs, rounds)) {
      const kilobytes = await measure(program);
      samples.get(program.name)?.push(kilobytes);
      progress(`${program.name}: ${kilobytes.toFixed(1)} KB for each of ${count} idle sockets`);
    }
    const of = (name: string) => samples.get(name) ?? [];
    return {
      series: [
        {
          title: `${count.toLocaleString("en")} idle sockets`,
          unit: "KB per socket",
          better: "lower",
          bars: programs.map(({ name }) => ({ name, samples: of(name) })),
        },
      ],
      floors: [
        { what: "NewFeed to bare ws", value: median(of("NewFeed")) / median(of("bare ws")), bound: { atMost: 2 } },
        { what: "NewFeed to stock Socket.IO", value: median(of("NewFeed")) / median(of("stock Socket.IO")), bound: { atMost: 0.7 } },
      ],
      notes: [
        "The growth of the process (PSS) over 5,000 connected and subscribed sockets, after garbage collection, without kernel memory.",
        `NewFeed runs with ${notificationNodeOptions}, as a cluster starts it; the others with Node's defaults.`,
      ],
    };
  },
};
