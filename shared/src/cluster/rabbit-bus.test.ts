import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Channel, connect } from "amqplib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { available } from "../../../tests/support/available.ts";
import { ownRabbitmq } from "../../../tests/support/rabbitmq.ts";
import type { Bindings, Bus, Message } from "../ports/bus.ts";
import { createLogger } from "../runtime/logger.ts";
import { busSuite } from "../testing/bus-suite.ts";
import { eventually } from "../testing/eventually.ts";
import { createRabbitBus } from "./rabbit-bus.ts";
import { queueArguments } from "./rabbit-topology.ts";

const found = await available("rabbitmq");

const silent = createLogger({ level: "error", json: false, silent: true });
const bindings: Bindings = new Map([["pears.events", ["pear.fell", "pear.grown"]]]);
const pear = (body = "{}"): Message => ({ id: randomUUID(), type: "pear.fell", key: null, body });

describe.runIf(found)("RabbitMQ", () => {
  const rabbitmq = ownRabbitmq();

  /** Does something to the broker behind the bus's back. */
  async function behindItsBack<T>(work: (channel: Channel) => Promise<T>): Promise<T> {
    const connection = await connect(rabbitmq.server.url);
    try {
      const channel = await connection.createConfirmChannel();
      const result = await work(channel);
      // What a new queue has not taken is lost with its channel; closing the connection would overtake what the channel still has to send.
      await channel.waitForConfirms();
      await channel.close();
      return result;
    } finally {
      await connection.close();
    }
  }
  const forget = (...services: string[]) =>
    behindItsBack(async (channel) => {
      for (const service of services) {
        for (const queue of ["events", "events.1", "events.2", "events.3", "dead"]) await channel.deleteQueue(`${service}.${queue}`);
        await channel.deleteExchange(`${service}.events`);
      }
    });

  for (const partitions of [1, 4])
    busSuite(`the bus on RabbitMQ, ${partitions === 1 ? "a queue" : `${partitions} queues`} for each service`, async () => ({
      open: async (given) => createRabbitBus({ url: rabbitmq.server.url, bindings: given, partitions, logger: silent }),
      close: () => forget("apples", "pears"),
    }));

  describe("when things go wrong", () => {
    const buses: Bus[] = [];
    const open = (options: Partial<Parameters<typeof createRabbitBus>[0]> = {}) => {
      const bus = createRabbitBus({ url: rabbitmq.server.url, bindings, logger: silent, ...options });
      buses.push(bus);
      return bus;
    };
    let bus: Bus;
    let declared = 0;
    beforeEach(async () => {
      bus = open();
      await eventually(() => bus.check());
      declared = Date.now();
    });
    afterEach(async () => {
      for (const opened of buses.splice(0)) await opened.close();
      await forget("pears");
    });

    function consume(on: Bus, handle: (batch: readonly Message[]) => unknown = () => {}, prefetch = 10) {
      const seen: string[] = [];
      const givenUp: { message: Message; reason: string; at: Date }[] = [];
      const consumer = on.consume(
        "pears.events",
        { prefetch },
        {
          async handle(batch) {
            await handle(batch);
            seen.push(...batch.map(({ id }) => id));
          },
          async deadLetter(message, failure) {
            givenUp.push({ message, ...failure });
          },
        },
      );
      return { seen, givenUp, consumer };
    }
    /** RabbitMQ 3.10 forgets a quorum queue when it is killed within half a second of its declaration (a dets table's auto_save). */
    async function killServer(): Promise<void> {
      await eventually(() => expect(Date.now() - declared).toBeGreaterThan(1_500));
      await rabbitmq.server.stop("SIGKILL");
    }
    /** As the relay does: the same message again until it is confirmed. */
    const publish = (on: Bus, ...messages: Message[]) => eventually(() => on.publish(messages), 20_000);

    test("a broker that is killed delays messages, and its consumers go on when it is back", async () => {
      const { seen } = consume(bus);
      const [before, meanwhile, after] = [pear(), pear(), pear()];
      await publish(bus, before);
      await eventually(() => expect(seen).toContain(before.id));
      await killServer();
      await expect(bus.publish([meanwhile])).rejects.toThrow();
      await expect(bus.check()).rejects.toThrow();
      await rabbitmq.server.start();
      await publish(bus, meanwhile);
      await publish(bus, after);
      await eventually(() => expect(seen.slice(-2)).toEqual([meanwhile.id, after.id]), 10_000);
      await bus.check();
    }, 60_000);

    test("a broker that lost its disk gets its queues and bindings again", async () => {
      const { seen } = consume(bus);
      await publish(bus, pear());
      await rabbitmq.server.stop();
      await rabbitmq.server.wipe();
      await rabbitmq.server.start();
      const next = pear();
      await publish(bus, next);
      await eventually(() => expect(seen).toContain(next.id), 10_000);
    }, 60_000);

    test("while an instance finishes what it had when the connection broke, another one goes on", async () => {
      const other = open();
      let release: (() => void) | undefined;
      let batches = 0;
      const { seen } = consume(bus, async () => {
        if (++batches === 1)
          await new Promise<void>((resolve) => {
            release = resolve;
          });
      });
      const [slow, next] = [pear(), pear()];
      await publish(bus, slow);
      await eventually(() => expect(release).toBeDefined());
      const second = consume(other);
      await eventually(() => other.check());
      await killServer();
      await rabbitmq.server.start();
      await publish(bus, next);
      await eventually(() => expect(second.seen).toEqual([slow.id, next.id]), 10_000);
      expect(batches).toBe(1);
      await expect(bus.check()).rejects.toThrow("not consumed");
      release?.();
      await eventually(() => bus.check());
      expect(seen).toEqual([slow.id]);
    }, 60_000);

    test("a queue that is deleted is there again, with its consumer", async () => {
      const { seen } = consume(bus);
      await publish(bus, pear());
      await eventually(() => expect(seen).toHaveLength(1));
      await behindItsBack((channel) => channel.deleteQueue("pears.events"));
      // What reaches a queue while it is deleted is confirmed and gone: only the producer's outbox still knows it.
      await eventually(async () => {
        const next = pear();
        await bus.publish([next]);
        await eventually(() => expect(seen).toContain(next.id), 200);
      });
      await bus.check();
    });

    test("a consumer that the broker forgot, with its queue, finds out that it is not delivered to", async () => {
      const eager = open({ redeclareEveryMs: 200 });
      const { seen } = consume(eager);
      await publish(eager, pear());
      await eventually(() => expect(seen).toHaveLength(1));
      await behindItsBack(async (channel) => {
        await channel.deleteQueue("pears.events");
        await channel.assertQueue("pears.events", { durable: true, arguments: queueArguments("pears.events") });
      });
      // Those that fill its prefetch look delivered; the rest waits.
      const next = Array.from({ length: 25 }, () => pear());
      await publish(eager, ...next);
      await eventually(() => expect(new Set(seen)).toEqual(new Set([...seen.slice(0, 1), ...next.map(({ id }) => id)])), 10_000);
    });

    test("a binding that is deleted is there again soon", async () => {
      const eager = open({ redeclareEveryMs: 200 });
      const { seen } = consume(eager);
      await publish(eager, pear());
      await behindItsBack((channel) => channel.unbindQueue("pears.events", "newfeed.events", "pear.grown"));
      await eventually(async () => {
        const grown = { ...pear(), type: "pear.grown" };
        // Straight to the exchange: the bus would notice, and repair it at once.
        await behindItsBack(async (channel) => channel.publish("newfeed.events", grown.type, Buffer.from("{}"), { messageId: grown.id }));
        await eventually(() => expect(seen).toContain(grown.id), 100);
      }, 3_000);
    });

    test("what no queue takes is not taken for published", async () => {
      await publish(bus, pear());
      await behindItsBack((channel) => channel.unbindQueue("pears.events", "newfeed.events", "pear.fell"));
      const stray = pear();
      await expect(bus.publish([stray])).rejects.toThrow("found no queue");
      await publish(bus, stray);
      const { seen } = consume(bus);
      await eventually(() => expect(seen).toContain(stray.id));
      await bus.publish([{ ...pear(), type: "nobody.cares" }]);
    });

    test("a frozen broker makes publishing fail in time, and is used again when it thaws", async () => {
      const hasty = open({ confirmWithinMs: 1_000 });
      const { seen } = consume(hasty);
      await publish(hasty, pear());
      await eventually(() => expect(seen).toHaveLength(1));
      rabbitmq.server.signal("SIGSTOP");
      try {
        const started = performance.now();
        await expect(hasty.publish([pear()])).rejects.toThrow("did not confirm");
        await expect(hasty.publish([pear()])).rejects.toThrow();
        expect(performance.now() - started).toBeLessThan(5_000);
        await expect(hasty.check()).rejects.toThrow();
      } finally {
        rabbitmq.server.signal("SIGCONT");
      }
      const next = pear();
      await publish(hasty, next);
      await eventually(() => expect(seen).toContain(next.id), 20_000);
    }, 60_000);

    test("closing does not wait for a frozen broker", async () => {
      const { consumer } = consume(bus);
      await publish(bus, pear());
      rabbitmq.server.signal("SIGSTOP");
      try {
        const started = performance.now();
        await consumer.close();
        await bus.close();
        expect(performance.now() - started).toBeLessThan(6_000);
      } finally {
        rabbitmq.server.signal("SIGCONT");
      }
    });

    test("a broker in alarm takes nothing and still delivers", async () => {
      const ctl = (...args: string[]) => promisify(execFile)(join(rabbitmq.directory, "rabbitmq", "rabbitmqctl"), args);
      const hasty = open({ confirmWithinMs: 1_000 });
      const waiting = pear();
      await publish(hasty, waiting);
      await ctl("set_vm_memory_high_watermark", "0");
      try {
        // Nobody has published since.
        await eventually(() => expect(hasty.check()).rejects.toThrow(), 10_000);
        await eventually(() => expect(hasty.publish([pear()])).rejects.toThrow("takes no messages"), 10_000);
        await expect(hasty.check()).rejects.toThrow("takes no messages");
        const { seen } = consume(hasty);
        await eventually(() => expect(seen).toContain(waiting.id), 10_000);
      } finally {
        await ctl("set_vm_memory_high_watermark", "0.4");
      }
      await publish(hasty, pear());
    }, 60_000);

    test("one consumer of a queue is active; the next goes on in order when it closes", async () => {
      const other = open();
      let release: (() => void) | undefined;
      const first = consume(
        bus,
        () =>
          new Promise<void>((resolve) => {
            release = resolve;
          }),
        20,
      );
      const messages = Array.from({ length: 60 }, () => pear());
      const ids = messages.map(({ id }) => id);
      await publish(bus, ...messages.slice(0, 30));
      await eventually(() => other.check());
      const second = consume(other);
      await publish(bus, ...messages.slice(30));
      await eventually(() => expect(release).toBeDefined());
      expect(second.seen).toEqual([]);
      const closing = first.consumer.close();
      release?.();
      await closing;
      expect(first.seen.length).toBeGreaterThan(0);
      await eventually(() => expect([...first.seen, ...second.seen]).toEqual(ids), 10_000);
    });

    test("a message that kills every consumer is dead-lettered by the broker, and taken over by the next", async () => {
      const deadly = pear("deadly");
      await publish(bus, deadly);
      for (let crash = 0; crash <= 20; crash++) {
        const connection = await connect(rabbitmq.server.url);
        const channel = await connection.createChannel();
        await new Promise<void>((resolve) => void channel.consume("pears.events", () => resolve()).catch(() => {}));
        await connection.close();
        if (crash === 20) break;
      }
      const { seen, givenUp } = consume(bus);
      await eventually(() => expect(givenUp).toMatchObject([{ message: deadly, reason: "delivery limit" }]), 10_000);
      expect(Date.now() - (givenUp[0]?.at.getTime() ?? 0)).toBeLessThan(60_000);
      const next = pear();
      await publish(bus, next);
      await eventually(() => expect(seen).toEqual([next.id]));
    }, 60_000);

    const waiting = () => behindItsBack(async (channel) => (await channel.checkQueue("pears.dead")).messageCount);

    test("dead letters that older versions kept in the broker are taken over once, with their reason and their time", async () => {
      const letters = [pear("1"), pear("2"), pear("3")];
      await behindItsBack(async (channel) => {
        for (const { id, type, body } of letters) {
          const headers = { "newfeed-reason": `reason ${body}`, "newfeed-set-aside-at": "2026-11-20T08:00:00.000Z" };
          channel.sendToQueue("pears.dead", Buffer.from(body), { persistent: true, messageId: id, type, headers });
        }
      });
      const { givenUp } = consume(bus);
      const at = new Date("2026-11-20T08:00:00.000Z");
      // One at a time: each is acknowledged, on a disk that others use, too, before the next is delivered.
      await eventually(() => expect(givenUp).toEqual(letters.map((message) => ({ message, reason: `reason ${message.body}`, at }))), 20_000);
      await eventually(async () => expect(await waiting()).toBe(0));
    });

    test("a dead letter whose keeping is interrupted is handed over again", async () => {
      const [first, second] = [pear("1"), pear("2")];
      await behindItsBack(async (channel) => {
        for (const { id, type, body } of [first, second]) channel.sendToQueue("pears.dead", Buffer.from(body), { persistent: true, messageId: id, type });
      });
      let stuck: Message | undefined;
      const never = bus.consume(
        "pears.events",
        { prefetch: 10 },
        {
          async handle() {},
          async deadLetter(message) {
            stuck = message;
            throw new Error("the database is away");
          },
        },
      );
      await eventually(() => expect(stuck).toEqual(first));
      await never.close();
      const { givenUp } = consume(bus);
      await eventually(() => expect(givenUp.map(({ message }) => message)).toEqual([first, second]), 20_000);
      await eventually(async () => expect(await waiting()).toBe(0));
    });
  });
});
