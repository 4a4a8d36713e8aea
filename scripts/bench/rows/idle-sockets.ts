import { setTimeout as sleep } from "node:timers/promises";
import { notificationNodeOptions } from "../../cluster/topology.ts";
import type { Reply } from "../fan-out.ts";
import { connectSubscribers } from "../fanload.ts";
import { proportionalBytesOf, startContestant } from "../processes.ts";
import type { Row } from "../row.ts";
import { alternating, median } from "../statistics.ts";

interface Contender {
  name: string;
  file: string;
  environment?: Record<string, string>;
  nodeOptions?: string[];
}

const contenders: Contender[] = [
  { name: "NewFeed", file: "subjects/newfeed.ts", environment: { TRANSPORT: "socket" }, nodeOptions: [notificationNodeOptions] },
  { name: "stock Socket.IO", file: "references/stock-socketio.ts" },
  { name: "bare ws", file: "references/bare-ws.ts" },
];
const count = 5_000;

/** Kilobytes that each connected and subscribed socket adds to the process, garbage collected before and after. */
async function measure({ file, environment, nodeOptions = [] }: Contender): Promise<number> {
  const contestant = await startContestant<Reply>(file, environment, undefined, ["--expose-gc", ...nodeOptions]);
  // Several times, with pauses: what is freed goes back to the system a little later.
  const settled = async () => {
    for (let times = 0; times < 3; times++) {
      await contestant.ask({ type: "collect" }, "collected");
      await sleep(500);
    }
    return proportionalBytesOf(contestant.pid);
  };
  try {
    // Some come and go first, so that code and pools that are made once are not counted.
    const first = await connectSubscribers({ ...contestant.ready, count: 200 });
    await first.stop();
    const before = await settled();
    const subscribers = await connectSubscribers({ ...contestant.ready, count });
    await sleep(1_000);
    const after = await settled();
    await subscribers.stop();
    return (after - before) / count / 1024;
  } finally {
    await contestant.stop();
  }
}

export const idleSockets: Row = {
  name: "idle-sockets",
  what: "memory that an idle socket takes",
  async measure({ rounds, progress }) {
    const samples = new Map(contenders.map(({ name }) => [name, [] as number[]]));
    for (const contender of alternating(contenders, rounds)) {
      const kilobytes = await measure(contender);
      samples.get(contender.name)?.push(kilobytes);
      progress(`${contender.name}: ${kilobytes.toFixed(1)} KB for each of ${count} idle sockets`);
    }
    const of = (name: string) => samples.get(name) ?? [];
    return {
      series: [
        {
          title: `${count.toLocaleString("en")} idle sockets`,
          unit: "KB per socket",
          better: "lower",
          bars: contenders.map(({ name }) => ({ name, samples: of(name) })),
        },
      ],
      floors: [
        { what: "NewFeed to bare ws", value: median(of("NewFeed")) / median(of("bare ws")), bound: { atMost: 2 } },
        { what: "NewFeed to stock Socket.IO", value: median(of("NewFeed")) / median(of("stock Socket.IO")), bound: { atMost: 0.7 } },
      ],
      notes: [
        "The growth of the process (PSS) over 5,000 connected and subscribed sockets, after garbage collection; memory of the kernel is not in it.",
        `NewFeed runs with ${notificationNodeOptions}, as its clusters start it; the others with Node's defaults.`,
      ],
    };
  },
};
