import { join } from "node:path";
import { startInfra } from "../../infra.ts";
import { startProgram } from "../processes.ts";
import type { Bench, Measured, Row } from "../row.ts";
import { alternating, median } from "../statistics.ts";

export type ConsumerReply = { type: "ready" } | { type: "consumed"; events: number; seconds: number; cpuSeconds: number };

const backlog = 20_000;
const buses = [
  { name: "RabbitMQ", rabbitmq: true },
  { name: "the embedded bus", rabbitmq: false },
] as const;

/** How long one consumer takes for a backlog: the first event's commit to the last one's. */
async function measure({ rounds, directory, progress }: Bench): Promise<Measured> {
  const rates = new Map(buses.map(({ name }) => [name as string, [] as number[]]));
  const shares = new Map(buses.map(({ name }) => [name as string, [] as number[]]));
  for (const [round, { name, rabbitmq }] of alternating([...buses], rounds).entries()) {
    const infra = await startInfra({ directory: join(directory, `servers-${round}`), need: ["postgres", "rabbitmq"], durable: true, progress: () => {} });
    const program = await startProgram<ConsumerReply>("subjects/consumer.ts", {
      DIRECTORY: join(directory, `data-${round}`),
      DATABASE_URL: new URL("/", infra.servers.postgres.url).href,
      EVENTS: String(backlog),
      ...(rabbitmq && { RABBITMQ_URL: infra.servers.rabbitmq.url }),
    });
    try {
      const { events, seconds, cpuSeconds } = await program.ask({ type: "consume" }, "consumed");
      rates.get(name)?.push(events / seconds);
      shares.get(name)?.push((cpuSeconds * 1e6) / events);
      progress(`${name}: ${Math.round(events / seconds)} events a second, ${Math.round((cpuSeconds * 1e6) / events)} µs of processor time each`);
    } finally {
      await program.end();
      await infra.close();
    }
  }
  const bars = (of: Map<string, number[]>) => buses.map(({ name }) => ({ name, samples: of.get(name) as number[] }));
  return {
    series: [
      { title: "Events that one consumer takes from a backlog", unit: "a second", better: "higher", bars: bars(rates) },
      { title: "Processor time of the consumer per event", unit: "µs", better: "lower", bars: bars(shares) },
    ],
    floors: buses.map(({ name }) => ({
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
