import { randomUUID } from "node:crypto";
import { connect } from "amqplib";
import { afterEach, describe, expect, test } from "vitest";
import { available } from "../../../tests/support/available.ts";
import { ownRabbitmq } from "../../../tests/support/rabbitmq.ts";
import type { Bindings, Bus, Message } from "../ports/bus.ts";
import { createLogger } from "../runtime/logger.ts";
import { eventually } from "../testing/eventually.ts";
import { createRabbitBus } from "./rabbit-bus.ts";
import { keepConnected, type Session } from "./rabbit-connection.ts";

const found = await available("rabbitmq");
const silent = createLogger({ level: "error", json: false, silent: true });
const queue = "plums.events";
const otherQueue = "figs.events";
const bindings: Bindings = new Map([
  [queue, ["plum.fell"]],
  [otherQueue, ["plum.fell"]],
]);
const keys = Array.from({ length: 12 }, (_, index) => `tree ${index}`);

describe.runIf(found)("a service's messages in several queues", () => {
  const rabbitmq = ownRabbitmq();
  const buses: Bus[] = [];
  let givenUp: string[] = [];
  afterEach(async () => {
    for (const opened of buses.splice(0)) await opened.close();
    expect(givenUp).toEqual([]);
    givenUp = [];
    const connection = await connect(rabbitmq.server.url);
    const channel = await connection.createChannel();
    for (const service of ["plums", "figs"]) {
      for (const name of ["events", "events.1", "events.2", "events.3", "dead"]) await channel.deleteQueue(`${service}.${name}`);
      await channel.deleteExchange(`${service}.events`);
    }
    await connection.close();
  });

  async function open(partitions: number): Promise<Bus> {
    const bus = createRabbitBus({ url: rabbitmq.server.url, bindings, partitions, logger: silent, redeclareEveryMs: 200 });
    buses.push(bus);
    await eventually(() => bus.check(), 20_000);
    return bus;
  }
  async function close(bus: Bus): Promise<void> {
    buses.splice(buses.indexOf(bus), 1);
    await bus.close();
  }
  /** An instance of the service: what it has handled, by key. */
  function consume(bus: Bus, all: Map<string, string[]>, handle: () => Promise<unknown> = async () => {}, of = queue) {
    const seen: Message[] = [];
    const consumer = bus.consume(
      of,
      { prefetch: 10 },
      {
        async handle(batch) {
          await handle();
          for (const message of batch) {
            seen.push(message);
            const key = message.key ?? "";
            all.set(key, [...(all.get(key) ?? []), message.body]);
          }
        },
        async deadLetter(message, { reason }) {
          givenUp.push(`${message.body}: ${reason}`);
        },
      },
    );
    return { seen, consumer };
  }
  /** Publishes so many messages of each key, numbered from where the last ones ended. */
  function createPublisher() {
    let number = 0;
    const published = new Map<string, string[]>(keys.map((key) => [key, []]));
    return {
      published,
      async publish(bus: Bus, each: number): Promise<void> {
        for (let n = 0; n < each; n++) {
          number++;
          for (const key of keys) published.get(key)?.push(String(number));
          const messages = keys.map((key) => ({ id: randomUUID(), type: "plum.fell", key, body: String(number) }));
          await eventually(() => bus.publish(messages), 20_000);
        }
      },
    };
  }
  /** As a service's table of seen events has it: what comes again has no effect. */
  const once = (seen: ReadonlyMap<string, readonly string[]>) => new Map([...seen].map(([key, bodies]) => [key, [...new Set(bodies)]]));
  const sorted = (of: ReadonlyMap<string, readonly string[]>) =>
    new Map(keys.map((key) => [key, (of.get(key) ?? []).toSorted((one, other) => Number(one) - Number(other))]));

  test("instances share them: each has a part, the messages of a key keep their order, and one that is gone is replaced", async () => {
    const all = new Map<string, string[]>();
    const { published, publish } = createPublisher();
    const writer = await open(4);
    // The first has all of them until others come.
    const [one, two] = [await open(4), await open(4)];
    const first = consume(one, all);
    await publish(writer, 5);
    await eventually(() => expect(all).toEqual(published));
    const second = consume(two, all);
    await eventually(async () => {
      await publish(writer, 1);
      expect(second.seen.length).toBeGreaterThan(20);
    }, 20_000);
    await eventually(() => expect(once(all)).toEqual(published));
    const [before, beforeHere] = [first.seen.length, second.seen.length];
    await publish(writer, 10);
    await eventually(() => expect(once(all)).toEqual(published));
    expect(Math.min(first.seen.length - before, second.seen.length - beforeHere), "messages of the lesser part").toBeGreaterThan(20);
    await close(one);
    await publish(writer, 5);
    await eventually(() => expect(once(all)).toEqual(published), 20_000);
  }, 90_000);

  test("as many as there are at most consume at the same time", async () => {
    const all = new Map<string, string[]>();
    const { published, publish } = createPublisher();
    const writer = await open(4);
    let atOnce = 0;
    let most = 0;
    const handle = async () => {
      most = Math.max(most, ++atOnce);
      await new Promise((resolve) => setTimeout(resolve, 5));
      atOnce--;
    };
    const instances = await Promise.all(Array.from({ length: 4 }, () => open(4)));
    const consumers = instances.map((bus) => consume(bus, all, handle));
    await eventually(async () => {
      await publish(writer, 1);
      for (const { seen } of consumers) expect(seen.length).toBeGreaterThan(0);
    }, 30_000);
    await eventually(() => expect(once(all)).toEqual(published), 20_000);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
  }, 90_000);

  test("their number changes, up and down, and nothing is lost; what is published then comes once", async () => {
    const all = new Map<string, string[]>();
    const { published, publish } = createPublisher();
    for (const partitions of [1, 4, 2, 1]) {
      // Some wait where the next ones do not look by themselves.
      const before = await open(partitions);
      const part = consume(before, all);
      await publish(before, 2);
      await part.consumer.close();
      await publish(before, 3);
      await close(before);
    }
    const last = await open(4);
    consume(last, all);
    await eventually(() => expect(sorted(once(all))).toEqual(published), 20_000);
    // A queue that two exchanges feed would get each twice.
    const counted = [...all.values()].flat().length;
    await publish(last, 5);
    await eventually(() => expect([...all.values()].flat()).toHaveLength(counted + 5 * keys.length), 20_000);
    expect(sorted(once(all))).toEqual(published);
  }, 90_000);

  test("while instances of both numbers run, a message reaches each service, and none is given up", async () => {
    const [all, others] = [new Map<string, string[]>(), new Map<string, string[]>()];
    const { published, publish } = createPublisher();
    const [older, oldest, newer] = [await open(1), await open(1), await open(4)];
    // It is busy for longer than it takes to look for others, and nobody else is in the line of most of its queues.
    const slowly = () => new Promise((resolve) => setTimeout(resolve, 150));
    for (const bus of [older, oldest, newer]) consume(bus, all, slowly);
    for (const bus of [older, newer]) consume(bus, others, undefined, otherQueue);
    for (let n = 0; n < 25; n++) await publish(n % 2 === 0 ? older : newer, 2);
    const arrived = () => {
      // What falls between two bindings is fetched from its producer, which there is none of here.
      for (const seen of [all, others]) for (const key of keys) expect(once(seen).get(key)?.length).toBeGreaterThanOrEqual(48);
    };
    await eventually(arrived, 30_000);
    for (const bus of [older, oldest]) await close(bus);
    await publish(newer, 2);
    const last = [...published.values()].map((bodies) => bodies.at(-1));
    await eventually(() => expect(keys.map((key) => (sorted(once(all)).get(key) ?? []).at(-1))).toEqual(last), 20_000);
  }, 120_000);

  test("three instances of four queues handle all, in order", async () => {
    const all = new Map<string, string[]>();
    const { published, publish } = createPublisher();
    const writer = await open(4);
    const consumers: ReturnType<typeof consume>[] = [];
    for (let n = 0; n < 3; n++) consumers.push(consume(await open(4), all));
    await eventually(async () => {
      await publish(writer, 1);
      expect(consumers.filter(({ seen }) => seen.length > 0).length).toBeGreaterThan(1);
    }, 20_000);
    await publish(writer, 5);
    await eventually(() => expect(once(all)).toEqual(published), 20_000);
  }, 90_000);

  test("a channel that is being closed when its connection is lost holds nothing up", async () => {
    let session: Session | undefined;
    const setUp = async (opened: Session) => {
      session = opened;
      return opened.channel();
    };
    const connection = keepConnected({ url: rabbitmq.server.url, name: "test", logger: silent, setUp });
    const channel = await connection.get(10_000);
    rabbitmq.server.signal("SIGSTOP");
    try {
      const closing = session?.close(channel);
      session?.fail(new Error("the connection is lost"));
      await expect(closing).rejects.toThrow("the connection is lost");
    } finally {
      rabbitmq.server.signal("SIGCONT");
    }
    await connection.close();
  }, 60_000);

  test("a broker that is killed, and one that lost its disk, go on with all of them", async () => {
    const all = new Map<string, string[]>();
    const { published, publish } = createPublisher();
    const [writer, reader] = [await open(4), await open(4)];
    consume(reader, all);
    await publish(writer, 3);
    await eventually(() => expect(once(all)).toEqual(published), 20_000);
    // RabbitMQ 3.10 forgets a quorum queue when it is killed within half a second of its declaration.
    const declared = Date.now();
    await eventually(() => expect(Date.now() - declared).toBeGreaterThan(1_500));
    await rabbitmq.server.stop("SIGKILL");
    await rabbitmq.server.start();
    await publish(writer, 3);
    await eventually(() => expect(once(all)).toEqual(published), 20_000);
    await rabbitmq.server.stop();
    await rabbitmq.server.wipe();
    await rabbitmq.server.start();
    await publish(writer, 3);
    await eventually(() => expect(once(all)).toEqual(published), 20_000);
  }, 120_000);
});
