import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "amqplib";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Infra, type Server, startInfra } from "../../../scripts/infra.ts";
import { available } from "../../../tests/support/available.ts";
import type { Bindings, Bus, Message } from "../ports/bus.ts";
import { createLogger } from "../runtime/logger.ts";
import { eventually } from "../testing/eventually.ts";
import { createRabbitBus } from "./rabbit-bus.ts";

const found = await available("rabbitmq");
const silent = createLogger({ level: "error", json: false, silent: true });
const queue = "plums.events";
const bindings: Bindings = new Map([[queue, ["plum.fell"]]]);
const keys = Array.from({ length: 12 }, (_, index) => `tree ${index}`);

describe.runIf(found)("a service's messages in several queues", () => {
  let infra: Infra<"rabbitmq">;
  let server: Server;
  let directory: string;
  const buses: Bus[] = [];
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), "newfeed-rabbitmq-"));
    infra = await startInfra({ directory, need: ["rabbitmq"] });
    server = infra.servers.rabbitmq;
  }, 120_000);
  afterAll(async () => {
    await infra?.close();
    rmSync(directory, { recursive: true, force: true });
  });
  afterEach(async () => {
    for (const opened of buses.splice(0)) await opened.close();
    const connection = await connect(server.url);
    const channel = await connection.createChannel();
    for (const name of [queue, `${queue}.1`, `${queue}.2`, `${queue}.3`, "plums.dead"]) await channel.deleteQueue(name);
    await channel.deleteExchange(queue);
    await connection.close();
  });

  async function open(partitions: number): Promise<Bus> {
    const bus = createRabbitBus({ url: server.url, bindings, partitions, logger: silent, redeclareEveryMs: 200 });
    buses.push(bus);
    await eventually(() => bus.check(), 20_000);
    return bus;
  }
  async function close(bus: Bus): Promise<void> {
    buses.splice(buses.indexOf(bus), 1);
    await bus.close();
  }
  /** An instance of the service: what it has handled, by key. */
  function consume(bus: Bus, all: Map<string, string[]>, handle: () => Promise<unknown> = async () => {}) {
    const seen: Message[] = [];
    const consumer = bus.consume(
      queue,
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
        async deadLetter() {},
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
    expect([first.seen.length - before, second.seen.length - beforeHere]).toEqual([expect.any(Number), expect.any(Number)]);
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

  test("while instances of both numbers run, each message reaches one of them", async () => {
    const all = new Map<string, string[]>();
    const { published, publish } = createPublisher();
    const [older, newer] = [await open(1), await open(4)];
    consume(older, all);
    consume(newer, all);
    for (let n = 0; n < 10; n++) await publish(n % 2 === 0 ? older : newer, 2);
    await eventually(() => expect(sorted(once(all))).toEqual(published), 20_000);
    await close(older);
    await publish(newer, 2);
    await eventually(() => expect(sorted(once(all))).toEqual(published), 20_000);
  }, 90_000);

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
    await server.stop("SIGKILL");
    await server.start();
    await publish(writer, 3);
    await eventually(() => expect(once(all)).toEqual(published), 20_000);
    await server.stop();
    await server.wipe();
    await server.start();
    await publish(writer, 3);
    await eventually(() => expect(once(all)).toEqual(published), 20_000);
  }, 120_000);
});
