import { join } from "node:path";
import { startInfra } from "../infra.ts";
import { workedSeconds } from "./machine.ts";
import { processorOf, startProgram } from "./processes.ts";

export type ConsumerReply = { type: "ready" } | { type: "published" } | { type: "consumed"; seconds: number; cpuSeconds: number };

export type BusName = "RabbitMQ" | "Kafka" | "the embedded bus";

/** Events that each consumer takes before it is measured: as long as V8 compiles, four of them take more processor time than one. */
const warmUp = 10_000;

/** Of a topic of Kafka. */
const partitions = 4;

export interface Backlog {
  bus: BusName;
  /** Instances of notification-service, each in a process of its own; more than one share processors by turns. */
  consumers: number;
  /** Of the service on RabbitMQ; one by default. */
  queues?: number;
  /** As several instances need it; those of one process do without. */
  redis?: boolean;
  events: number;
  directory: string;
}

export interface Consumed {
  /** From the first event's commit to the last one's. */
  seconds: number;
  /** Processor time of the consumers. */
  cpuSeconds: number;
  /** Processor time of the whole machine, servers included. */
  machineSeconds: number;
}

/** What instances of notification-service take for a backlog, on servers of their own. */
export async function consumeBacklog({ bus, consumers, queues = 1, redis = false, events, directory }: Backlog): Promise<Consumed> {
  const broker = bus === "Kafka" ? "kafka" : "rabbitmq";
  const infra = await startInfra({ directory: join(directory, "servers"), need: ["postgres", "redis", broker], durable: true, progress: () => {} });
  const { url } = infra.servers[broker];
  const start = (index: number) =>
    startProgram<ConsumerReply>(
      "subjects/consumer.ts",
      {
        DIRECTORY: join(directory, `data-${index}`),
        DATABASE_URL: new URL("/", infra.servers.postgres.url).href,
        ...(redis && { REDIS_URL: infra.servers.redis.url, INTERNAL_TOKEN_SECRET: "a secret that all of the consumers share" }),
        ...(bus === "RabbitMQ" && { RABBITMQ_URL: url, RABBITMQ_PARTITIONS: String(queues) }),
        ...(bus === "Kafka" && { KAFKA_BROKERS: new URL(url).host, KAFKA_PARTITIONS: String(partitions) }),
      },
      index % 2 === 0 ? processorOf.measured : processorOf.load,
    );
  const programs: Awaited<ReturnType<typeof start>>[] = [];
  try {
    for (let index = 0; index < consumers; index++) programs.push(await start(index));
    const all = async (from: number, to: number) => {
      await programs[0]?.ask({ type: "publish", from, to }, "published");
      const before = workedSeconds();
      const consumed = await Promise.all(programs.map((program) => program.ask({ type: "consume", from, to }, "consumed")));
      return { consumed, machineSeconds: workedSeconds() - before };
    };
    await all(0, warmUp * consumers);
    const { consumed, machineSeconds } = await all(warmUp * consumers, warmUp * consumers + events);
    return {
      seconds: Math.max(...consumed.map((each) => each.seconds)),
      cpuSeconds: consumed.reduce((sum, each) => sum + each.cpuSeconds, 0),
      machineSeconds,
    };
  } finally {
    for (const program of programs) await program.end();
    await infra.close();
  }
}
