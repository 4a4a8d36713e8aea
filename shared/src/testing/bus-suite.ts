import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Bindings, type Bus, type Consumer, deliveryLimit, type Message, type MessageHandler } from "../ports/bus.ts";
import { eventually } from "./eventually.ts";

export interface BusUnderTest {
  /** Opens the same bus again, as another process would. */
  open(bindings: Bindings): Promise<Bus>;
  close(): Promise<void>;
}

const bindings: Bindings = new Map([
  ["apples.events", ["fruit.grown", "apple.fell"]],
  ["pears.events", ["fruit.grown"]],
]);

const message = (type: string, body = "{}", key: string | null = null): Message => ({ id: randomUUID(), type, key, body });

/** What every bus promises (`ports/bus.ts`), told as stories. */
export function busSuite(name: string, start: () => Promise<BusUnderTest>): void {
  describe(name, () => {
    let world: BusUnderTest;
    let bus: Bus;
    const consumers: Consumer[] = [];
    beforeEach(async () => {
      world = await start();
      bus = await world.open(bindings);
    });
    afterEach(async () => {
      for (const consumer of consumers.splice(0)) await consumer.close();
      await bus.close();
      await world.close();
    });

    /** Consumes a queue; gives what was handled, and what was given up. */
    function consume(
      queue: string,
      handle: (batch: readonly Message[]) => unknown = () => {},
      { prefetch = 10, deadLetter = async () => {} }: { prefetch?: number; deadLetter?: MessageHandler["deadLetter"] } = {},
    ) {
      const seen: Message[] = [];
      const givenUp: { message: Message; reason: string; at: Date }[] = [];
      const consumer = bus.consume(
        queue,
        { prefetch },
        {
          async handle(batch) {
            await handle(batch);
            seen.push(...batch);
          },
          async deadLetter(message, failure) {
            await deadLetter(message, failure);
            givenUp.push({ message, ...failure });
          },
        },
      );
      consumers.push(consumer);
      return { seen, givenUp, consumer };
    }

    test("is well while it is consumed", async () => {
      consume("apples.events");
      await eventually(async () => expect(await bus.check()).toBeUndefined(), 20_000);
    });

    test("a message reaches every queue that is bound to its type, and no other", async () => {
      const [apples, pears] = [consume("apples.events").seen, consume("pears.events").seen];
      const [both, one, none] = [message("fruit.grown", "{}", "tree 1"), message("apple.fell", "{}", "tree 2"), message("nobody.cares")];
      await bus.publish([both, one, none]);
      // Of different keys, they may come in any order.
      await eventually(() => {
        expect(new Set(apples)).toEqual(new Set([both, one]));
        expect(pears).toEqual([both]);
      }, 20_000);
    });

    test("says how many messages wait for a consumer", async () => {
      expect(await bus.waiting("apples.events")).toBe(0);
      await bus.publish(Array.from({ length: 30 }, () => message("apple.fell")));
      await eventually(async () => expect([await bus.waiting("apples.events"), await bus.waiting("pears.events")]).toEqual([30, 0]));
      consume("apples.events");
      await eventually(async () => expect(await bus.waiting("apples.events")).toBe(0));
    });

    test("messages arrive with their key, and those of a publisher that knows of none without one", async () => {
      const messages = [message("apple.fell", "1", "tree"), message("apple.fell", "2"), message("apple.fell", "3", "")];
      const { seen } = consume("apples.events");
      await bus.publish(messages);
      await eventually(() => expect(seen).toEqual(messages));
    });

    test("messages arrive in the order in which they were published, a bounded batch at a time", async () => {
      const sizes: number[] = [];
      const { seen } = consume("apples.events", (batch) => sizes.push(batch.length), { prefetch: 7 });
      const messages = Array.from({ length: 50 }, (_, index) => message("apple.fell", String(index)));
      for (let index = 0; index < 50; index += 10) await bus.publish(messages.slice(index, index + 10));
      await eventually(() => expect(seen.map((item) => item.body)).toEqual(messages.map((item) => item.body)));
      expect(Math.max(...sizes)).toBeLessThanOrEqual(7);
    });

    test("what was published while nobody consumed waits, also for another process", async () => {
      const waiting = message("apple.fell");
      await bus.publish([waiting]);
      await bus.close();
      bus = await world.open(bindings);
      const { seen } = consume("apples.events");
      await eventually(() => expect(seen).toEqual([waiting]));
    });

    test("a batch whose handler throws is delivered again", async () => {
      let failures = 0;
      const { seen } = consume("apples.events", () => {
        if (failures++ < 2) throw new Error("not now");
      });
      const stubborn = message("apple.fell");
      await bus.publish([stubborn]);
      await eventually(() => expect(seen).toEqual([stubborn]), 10_000);
    });

    test("messages of a backlog stay in order, and each takes effect once, when batches fail", async () => {
      const messages = Array.from({ length: 60 }, (_, index) => message("apple.fell", String(index)));
      await bus.publish(messages);
      let tries = 0;
      const { seen } = consume(
        "apples.events",
        () => {
          if (++tries % 3 === 0) throw new Error("not now");
        },
        { prefetch: 7 },
      );
      await eventually(() => expect(seen.map(({ body }) => body)).toEqual(messages.map(({ body }) => body)), 20_000);
    });

    test("a message that its consumer never survives is given up in the end, once that is kept, and hinders none behind it", async () => {
      let tries = 0;
      let refusals = 0;
      const { seen, givenUp } = consume(
        "apples.events",
        (batch) => {
          if (!batch.some(({ body }) => body === "deadly")) return;
          tries++;
          throw new Error("dies every time");
        },
        {
          async deadLetter() {
            if (refusals++ < 2) throw new Error("not now");
          },
        },
      );
      const [deadly, next] = [message("apple.fell", "deadly", "tree"), message("apple.fell")];
      await bus.publish([deadly]);
      await eventually(() => expect(givenUp).toMatchObject([{ message: deadly, reason: "delivery limit" }]), 60_000);
      expect(tries).toBe(deliveryLimit);
      expect(Date.now() - (givenUp[0]?.at.getTime() ?? 0)).toBeLessThan(60_000);
      await bus.publish([next]);
      await eventually(() => expect(seen).toEqual([next]));
      expect(givenUp).toHaveLength(1);
    }, 70_000);

    test("closing a consumer waits for the batch in hand", async () => {
      let finish = () => {};
      let started = false;
      const { consumer } = consume("apples.events", async () => {
        started = true;
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
      });
      await bus.publish([message("apple.fell")]);
      await eventually(() => expect(started).toBe(true));
      const closing = consumer.close();
      finish();
      await closing;
      const { seen } = consume("apples.events");
      const next = message("apple.fell");
      await bus.publish([next]);
      await eventually(() => expect(seen).toEqual([next]));
    });
  });
}
