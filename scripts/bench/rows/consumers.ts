import { cpus } from "node:os";
import { join } from "node:path";
import { findJava } from "../../infra/maven.ts";
import { type BusName, consumeBacklog } from "../backlog.ts";
import type { Bench, Measured, Row } from "../row.ts";
import { alternating, median } from "../statistics.ts";

const backlog = 40_000;
const numbers = [1, 2, 4] as const;
/** As many as there are instances at most. */
const queues = 4;

/** Why Kafka cannot be started here; undefined where it can. */
function withoutKafka(): string | undefined {
  try {
    findJava(17);
  } catch (error) {
    return (error as Error).message;
  }
}

/** What several instances of a service take from a backlog that they share. */
async function measure({ rounds, directory, progress }: Bench): Promise<Measured> {
  const missing = withoutKafka();
  const buses: readonly BusName[] = missing ? ["RabbitMQ"] : ["RabbitMQ", "Kafka"];
  const runs = buses.flatMap((bus) =>
    numbers.map((consumers) => ({ bus, consumers, rates: [] as number[], shares: [] as number[], machine: [] as number[], busy: [] as number[] })),
  );
  for (const [round, { bus, consumers, rates, shares, machine, busy }] of alternating(runs, rounds).entries()) {
    const consumed = await consumeBacklog({ bus, consumers, queues, redis: true, events: backlog, directory: join(directory, `round-${round}`) });
    const [rate, share, ofMachine] = [backlog / consumed.seconds, (consumed.cpuSeconds * 1e6) / backlog, (consumed.machineSeconds * 1e6) / backlog];
    rates.push(rate);
    shares.push(share);
    machine.push(ofMachine);
    busy.push(consumed.machineSeconds / consumed.seconds);
    progress(
      `${bus}, ${consumers}: ${Math.round(rate)} events a second, for each ${Math.round(share)} µs of the consumers' and ${Math.round(ofMachine)} µs of the machine's processor time`,
    );
  }
  const nameOf = ({ bus, consumers }: (typeof runs)[number]) => `${bus}, ${consumers} ${consumers === 1 ? "instance" : "instances"}`;
  const of = (bus: BusName, consumers: number) => {
    const run = runs.find((each) => each.bus === bus && each.consumers === consumers);
    return { rate: median(run?.rates ?? []), share: median(run?.shares ?? []), machine: median(run?.machine ?? []), busy: median(run?.busy ?? []) };
  };
  // Two cannot take more than the processors have left of one.
  const left = cpus().length / of("RabbitMQ", 1).busy;
  return {
    series: [
      { title: "Events taken from a backlog", unit: "a second", better: "higher", bars: runs.map((run) => ({ name: nameOf(run), samples: run.rates })) },
      {
        title: "Processor time of the consumers per event",
        unit: "µs",
        better: "lower",
        bars: runs.map((run) => ({ name: nameOf(run), samples: run.shares })),
      },
      {
        title: "Processor time of everything per event: consumers, PostgreSQL and the broker",
        unit: "µs",
        better: "lower",
        bars: runs.map((run) => ({ name: nameOf(run), samples: run.machine })),
      },
    ],
    // Kafka's own processes take much of the second processor.
    floors: [
      {
        what: "RabbitMQ: events a second by two to by one, as far as the processors have it",
        value: of("RabbitMQ", 2).rate / of("RabbitMQ", 1).rate,
        bound: { atLeast: Math.min(1.7, 0.9 * left) },
      },
      {
        what: "RabbitMQ: processor time of everything per event by two to by one",
        value: of("RabbitMQ", 2).machine / of("RabbitMQ", 1).machine,
        bound: { atMost: 1.15 },
      },
      {
        what: "RabbitMQ: processor time of everything per event by four to by one",
        value: of("RabbitMQ", 4).machine / of("RabbitMQ", 1).machine,
        bound: { atMost: 1.2 },
      },
    ],
    notes: [
      `Instances of notification-service take ${backlog.toLocaleString("en")} comments, of each of which the post's author is told. Its PostgreSQL writes to the disk.`,
      "The consumers are on two processors by turns; PostgreSQL, the broker and Redis share both with them.",
      `With RabbitMQ, ${of("RabbitMQ", 1).busy.toFixed(1)} of ${cpus().length} processors work while one instance consumes, ${of("RabbitMQ", 2).busy.toFixed(1)} with two; processor time counts as more while both work, where they are threads of one core.`,
      ...(missing ? [`Kafka was not measured: ${missing}`] : []),
    ],
  };
}

export const consumers: Row = { name: "consumers", what: "events a second that one, two and four instances take from a backlog", measure };
