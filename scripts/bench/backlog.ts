import { join } from "node:path";
import { startKafka } from "../infra/kafka.ts";
import { startInfra } from "../infra.ts";
import { processorOf, startProgram } from "./processes.ts";

export type ConsumerReply = { type: "ready" } | { type: "published" } | { type: "consumed"; seconds: number; cpuSeconds: number };

export type BusName = "RabbitMQ" | "Kafka" | "the embedded bus";

/** Events that each consumer takes before it is measured. */
const warmUp = 3_000;

/** As many queues or partitions as there are consumers at most. */
const partitions = 4;

export interface Backlog {
  bus: BusName;
  /** Instances of notification-service, each in a process of its own; more than one share processors by turns. */
  consumers: number;
  events: number;
  directory: string;
}

/** What instances of notification-service take for a backlog, from the first event's commit to the last one's, on servers of their own. */
export async function consumeBacklog({ bus, consumers, events, directory }: Backlog): Promise<{ seconds: number; cpuSeconds: number }> {
  const infra = await startInfra({ directory: join(directory, "servers"), need: ["postgres", "rabbitmq", "redis"], durable: true, progress: () => {} });
  const kafka = bus === "Kafka" ? await startKafka(join(directory, "kafka")) : undefined;
  const start = (index: number) =>
    startProgram<ConsumerReply>(
      "subjects/consumer.ts",
      {
        DIRECTORY: join(directory, `data-${index}`),
        DATABASE_URL: new URL("/", infra.servers.postgres.url).href,
        ...(consumers > 1 && { REDIS_URL: infra.servers.redis.url, INTERNAL_TOKEN_SECRET: "a secret that all of the consumers share" }),
        ...(bus === "RabbitMQ" && { RABBITMQ_URL: infra.servers.rabbitmq.url, RABBITMQ_PARTITIONS: String(consumers > 1 ? partitions : 1) }),
        ...(kafka && { KAFKA_BROKERS: new URL(kafka.url).host, KAFKA_PARTITIONS: String(partitions) }),
      },
      index % 2 === 0 ? processorOf.measured : processorOf.load,
    );
  const programs: Awaited<ReturnType<typeof start>>[] = [];
  try {
    for (let index = 0; index < consumers; index++) programs.push(await start(index));
    // The first ones have their code compiled.
    const all = async (from: number, to: number) => {
      await programs[0]?.ask({ type: "publish", from, to }, "published");
      return Promise.all(programs.map((program) => program.ask({ type: "consume", from, to }, "consumed")));
    };
    await all(0, warmUp * consumers);
    const consumed = await all(warmUp * consumers, warmUp * consumers + events);
    return {
      seconds: Math.max(...consumed.map((each) => each.seconds)),
      cpuSeconds: consumed.reduce((sum, each) => sum + each.cpuSeconds, 0),
    };
  } finally {
    for (const program of programs) await program.end();
    await kafka?.close();
    await infra.close();
  }
}
