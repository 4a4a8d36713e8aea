import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Bindings, type Bus, type Consumer, deliveryLimit, type Message, type Verdict } from "../ports/bus.ts";
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

const message = (type: string, body = "{}"): Message => ({ id: randomUUID(), type, body });

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

    function consume(queue: string, handler: (batch: readonly Message[]) => Promise<readonly Verdict[]> | readonly Verdict[], prefetch = 10): Message[] {
      const seen: Message[] = [];
      consumers.push(
        bus.consume(queue, { prefetch }, async (batch) => {
          const verdicts = await handler(batch);
          seen.push(...batch);
          return verdicts;
        }),
      );
      return seen;
    }
    const done = (batch: readonly Message[]): Verdict[] => batch.map(() => "done");

    test("is well while it is consumed", async () => {
      consume("apples.events", done);
      await eventually(async () => expect(await bus.check()).toBeUndefined());
    });

    test("a message reaches every queue that is bound to its type, and no other", async () => {
      const [apples, pears] = [consume("apples.events", done), consume("pears.events", done)];
      const [both, one, none] = [message("fruit.grown"), message("apple.fell"), message("nobody.cares")];
      await bus.publish([both, one, none]);
      await eventually(() => {
        expect(apples).toEqual([both, one]);
        expect(pears).toEqual([both]);
      });
    });

    test("messages arrive in the order in which they were published, a bounded batch at a time", async () => {
      const sizes: number[] = [];
      const seen = consume(
        "apples.events",
        (batch) => {
          sizes.push(batch.length);
          return done(batch);
        },
        7,
      );
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
      const seen = consume("apples.events", done);
      await eventually(() => expect(seen).toEqual([waiting]));
    });

    test("a batch whose handler throws is delivered again", async () => {
      let failures = 0;
      const seen = consume("apples.events", (batch) => {
        if (failures++ < 2) throw new Error("not now");
        return done(batch);
      });
      const stubborn = message("apple.fell");
      await bus.publish([stubborn]);
      await eventually(() => expect(seen).toEqual([stubborn]), 10_000);
    });

    test("a message that is dead-lettered hinders none behind it, and can be looked at, replayed and dropped", async () => {
      let accept = false;
      const seen = consume("apples.events", (batch) => batch.map((item): Verdict => (item.body === "bad" && !accept ? { dead: "it is bad" } : "done")));
      const [good, bad, worse, last] = [message("apple.fell", "1"), message("apple.fell", "bad"), message("apple.fell", "bad"), message("apple.fell", "2")];
      await bus.publish([good, bad, worse, last]);
      const letters = await eventually(async () => {
        expect(seen).toHaveLength(4);
        const list = await bus.deadLetters.list("apples.events", 10);
        expect(list).toMatchObject([
          { id: bad.id, type: "apple.fell", body: "bad", reason: "it is bad" },
          { id: worse.id, reason: "it is bad" },
        ]);
        return list;
      });
      accept = true;
      expect(await bus.deadLetters.replay("apples.events", letters[0]?.key ?? "")).toBe(true);
      expect(await bus.deadLetters.replay("apples.events", letters[0]?.key ?? "")).toBe(false);
      expect(await bus.deadLetters.drop("apples.events", letters[1]?.key ?? "")).toBe(true);
      await eventually(() => expect(seen.slice(4)).toEqual([bad]));
      expect(await bus.deadLetters.list("apples.events", 10)).toEqual([]);
    });

    test("a message can be dead-lettered that never came over the bus, and be replayed like any other", async () => {
      const stray = message("apple.fell", "stray");
      await bus.deadLetters.add("apples.events", stray, "fetched by other ways");
      const [letter] = await bus.deadLetters.list("apples.events", 10);
      expect(letter).toMatchObject({ ...stray, reason: "fetched by other ways" });
      const seen = consume("apples.events", done);
      await bus.deadLetters.replay("apples.events", letter?.key ?? "");
      await eventually(() => expect(seen).toEqual([stray]));
    });

    test("a message that its consumer never survives is dead-lettered in the end", async () => {
      let tries = 0;
      consume("apples.events", () => {
        tries++;
        throw new Error("dies every time");
      });
      await bus.publish([message("apple.fell", "deadly")]);
      await eventually(
        async () => expect(await bus.deadLetters.list("apples.events", 10)).toMatchObject([{ body: "deadly", reason: "delivery limit" }]),
        60_000,
      );
      expect(tries).toBe(deliveryLimit);
    }, 70_000);

    test("closing a consumer waits for the batch in hand", async () => {
      let finish = () => {};
      let started = false;
      const consumer = bus.consume("apples.events", { prefetch: 10 }, async (batch) => {
        started = true;
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
        return done(batch);
      });
      await bus.publish([message("apple.fell")]);
      await eventually(() => expect(started).toBe(true));
      const closing = consumer.close();
      finish();
      await closing;
      const seen = consume("apples.events", done);
      const next = message("apple.fell");
      await bus.publish([next]);
      await eventually(() => expect(seen).toEqual([next]));
    });
  });
}
