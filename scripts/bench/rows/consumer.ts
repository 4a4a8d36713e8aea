import { join } from "node:path";
import { type BusName, consumeBacklog } from "../backlog.ts";
import type { Bench, Measured, Row } from "../row.ts";
import { alternating, median } from "../statistics.ts";

const backlog = 20_000;
const buses: readonly BusName[] = ["RabbitMQ", "the embedded bus"];

/** How long one consumer takes for a backlog: the first event's commit to the last one's. */
async function measure({ rounds, directory, progress }: Bench): Promise<Measured> {
  const rates = new Map(buses.map((bus) => [bus as string, [] as number[]]));
  const shares = new Map(buses.map((bus) => [bus as string, [] as number[]]));
  for (const [round, bus] of alternating([...buses], rounds).entries()) {
    const { seconds, cpuSeconds } = await consumeBacklog({ bus, consumers: 1, events: backlog, directory: join(directory, `round-${round}`) });
    rates.get(bus)?.push(backlog / seconds);
    shares.get(bus)?.push((cpuSeconds * 1e6) / backlog);
    progress(`${bus}: ${Math.round(backlog / seconds)} events a second, ${Math.round((cpuSeconds * 1e6) / backlog)} µs of processor time each`);
  }
  const bars = (of: Map<string, number[]>) => buses.map((name) => ({ name, samples: of.get(name) as number[] }));
  return {
    series: [
      { title: "Events that one consumer takes from a backlog", unit: "a second", better: "higher", bars: bars(rates) },
      { title: "Processor time of the consumer per event", unit: "µs", better: "lower", bars: bars(shares) },
    ],
    floors: buses.map((name) => ({
      what: `events a second by ${name}`,
      value: median(rates.get(name) as number[]),
      bound: { atLeast: 7_000 },
    })),
    notes: [
      `notification-service takes ${backlog.toLocaleString("en")} comments, of each of which the post's author is told. Its PostgreSQL writes to the disk; the`,
      "consumer has a processor of its own, the servers share both.",
    ],
  };
}

export const consumer: Row = { name: "consumer", what: "events a second that one consumer takes from a backlog", measure };
