import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startKafka } from "../../../scripts/infra/kafka.ts";
import type { Server } from "../../../scripts/infra/server.ts";
import { hasKafka, withKafka } from "../../../tests/support/kafka.ts";
import { type Bindings, type Bus, deliveryLimit, type Message, type MessageHandler } from "../ports/bus.ts";
import { createLogger } from "../runtime/logger.ts";
import { busSuite } from "../testing/bus-suite.ts";
import { eventually } from "../testing/eventually.ts";
import { createKafkaBus } from "./kafka-bus.ts";
import { openAdmin, type Received } from "./kafka-client.ts";
import { createDeliveries } from "./kafka-deliveries.ts";

const silent = createLogger({ level: "error", json: false, silent: true });

if (!hasKafka) test("the bus on Kafka", ({ skip }) => skip(withKafka));
describe.runIf(hasKafka)("Kafka", () => {
  let directory: string;
  let server: Server;
  const open = (bindings: Bindings) => createKafkaBus({ brokers: [new URL(server.url).host], partitions: 3, bindings, logger: silent });
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "newfeed-kafka-"));
    server = await startKafka(join(directory, "kafka"));
    // Its coordinator loads for a moment longer than its port is closed.
    const bus = open(new Map([["warm.events", ["warm"]]]));
    await eventually(() => bus.publish([{ id: randomUUID(), type: "warm", key: null, body: "{}" }]), 60_000);
    await bus.close();
  }, 180_000);
  afterAll(async () => {
    await server?.close();
    await rm(directory, { recursive: true, force: true });
  });

  busSuite("the bus on Kafka", async () => ({ open: async (bindings) => open(bindings), close: async () => {} }));

  describe("when things go wrong", () => {
    const buses: Bus[] = [];
    afterEach(async () => {
      for (const bus of buses.splice(0)) await bus.close();
    });
    /** A queue that no other test has, bound to one type. */
    function openQueue() {
      const [queue, type] = [`${randomUUID()}.events`, `pear.${randomUUID()}`];
      const another = () => {
        const bus = open(new Map([[queue, [type]]]));
        buses.push(bus);
        return bus;
      };
      return { queue, type, another, bus: another() };
    }
    const message = (type: string, body = "{}", key: string | null = "tree"): Message => ({ id: randomUUID(), type, key, body });
    /** As the relay does: the same message again until it is confirmed. */
    const publish = (bus: Bus, ...messages: Message[]) => eventually(() => bus.publish(messages), 60_000);
    function consume(bus: Bus, queue: string, handle: MessageHandler["handle"] = async () => {}) {
      const [seen, givenUp]: [Message[], Message[]] = [[], []];
      const consumer = bus.consume(
        queue,
        { prefetch: 10 },
        {
          async handle(batch) {
            await handle(batch);
            seen.push(...batch);
          },
          deadLetter: async (given) => void givenUp.push(given),
        },
      );
      return { seen, givenUp, consumer };
    }

    test("a broker that is killed delays messages, and publishers and consumers go on when it is back", async () => {
      const { queue, type, bus } = openQueue();
      const { seen } = consume(bus, queue);
      const [before, after] = [message(type), message(type)];
      await publish(bus, before);
      await eventually(() => expect(seen).toContainEqual(before), 20_000);
      await server.stop("SIGKILL");
      await expect(bus.publish([message(type)])).rejects.toThrow();
      await expect(bus.check()).rejects.toThrow();
      await server.start();
      await publish(bus, after);
      // Without waiting for the session that the broker had with it to end.
      await eventually(() => expect(seen).toContainEqual(after), 8_000);
      await eventually(() => bus.check(), 20_000);
    }, 180_000);

    test("a broker that is frozen for longer than a session lasts delays messages, and loses none", async () => {
      const { queue, type, bus } = openQueue();
      const { seen } = consume(bus, queue);
      const ids: string[] = [];
      const one = async () => {
        const next = message(type);
        await publish(bus, next);
        ids.push(next.id);
      };
      await one();
      await eventually(() => expect(seen).toHaveLength(1), 20_000);
      server.signal("SIGSTOP");
      const frozen = Date.now();
      const late = one();
      await eventually(() => expect(Date.now() - frozen).toBeGreaterThan(12_000), 20_000);
      server.signal("SIGCONT");
      await late;
      await one();
      await eventually(() => expect(new Set(seen.map(({ id }) => id))).toEqual(new Set(ids)), 60_000);
    }, 180_000);

    test("two instances share the partitions, each key in order at one of them, and what one leaves goes on at the other", async () => {
      const { queue, type, bus, another } = openQueue();
      const [first, second] = [consume(bus, queue), consume(another(), queue)];
      await eventually(async () => {
        for (const opened of buses) await opened.check();
      }, 30_000);
      const keys = Array.from({ length: 12 }, (_, index) => `tree ${index}`);
      const round = (number: number) => publish(bus, ...keys.map((key) => message(type, String(number), key)));
      for (let number = 0; number < 5; number++) await round(number);
      const all = () => [...first.seen, ...second.seen];
      await eventually(() => expect(new Set(all().map(({ id }) => id)).size).toBe(60), 30_000);
      for (const { seen } of [first, second]) {
        expect(seen.length).toBeGreaterThan(0);
        for (const key of keys) {
          const bodies = seen.filter((each) => each.key === key).map(({ body }) => body);
          expect(bodies).toEqual([...bodies].sort());
        }
      }
      await second.consumer.close();
      await round(5);
      await eventually(() => expect(first.seen.filter(({ body }) => body === "5")).toHaveLength(12), 30_000);
    }, 120_000);

    test("a message that kills every process that takes it is given up, once it was delivered often enough", async () => {
      const { queue, type, bus } = openQueue();
      const deadly = message(type, "deadly");
      await publish(bus, deadly);
      const admin = openAdmin([new URL(server.url).host]);
      const deliveries = createDeliveries(admin, queue);
      // What a consumer notes before it dies.
      const record = { topic: type, offset: 0n } as Received;
      const partitions = [0, 1, 2].map((partition) => ({ ...record, partition }));
      for (let deaths = 0; deaths < deliveryLimit; deaths++) {
        expect([...(await deliveries.first(partitions)).values()]).toEqual([deaths, deaths, deaths]);
      }
      await admin.close();
      const { seen, givenUp } = consume(bus, queue);
      await eventually(() => expect(givenUp).toEqual([deadly]), 20_000);
      const next = message(type);
      await publish(bus, next);
      await eventually(() => expect(seen).toEqual([next]), 20_000);
    }, 60_000);
  });
});
