import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { limits } from "../contracts/limits.ts";
import type { Limiter } from "../ports/limiter.ts";

export interface LimiterUnderTest {
  open(factor: number): Promise<Limiter>;
  close(): Promise<void>;
}

/** What a limiter promises (`ports/limiter.ts`). */
export function limiterSuite(name: string, start: () => Promise<LimiterUnderTest>): void {
  describe(name, () => {
    let world: LimiterUnderTest;
    beforeEach(async () => {
      world = await start();
    });
    afterEach(() => world.close());

    test("gives as many points as the table says, then refuses and says until when", async () => {
      const limiter = await world.open(1);
      const key = randomUUID();
      const { points, windowSeconds } = limits.loginFailure;
      for (let left = points - 1; left >= 0; left--)
        expect(await limiter.consume("loginFailure", key)).toMatchObject({ allowed: true, limit: points, remaining: left });
      const refused = await limiter.consume("loginFailure", key);
      expect(refused).toMatchObject({ allowed: false, remaining: 0, consumed: points + 1 });
      expect(refused.resetMs).toBeGreaterThan(0);
      expect(refused.resetMs).toBeLessThanOrEqual(windowSeconds * 1000);
    });

    test("counts each key and each limit by itself", async () => {
      const limiter = await world.open(1);
      const [one, other] = [randomUUID(), randomUUID()];
      await limiter.consume("loginFailure", one);
      expect((await limiter.consume("loginFailure", other)).remaining).toBe(limits.loginFailure.points - 1);
      expect((await limiter.consume("refresh", one)).remaining).toBe(limits.refresh.points - 1);
    });

    test("tells how a key stands without taking a point, and forgets it when asked", async () => {
      const limiter = await world.open(1);
      const key = randomUUID();
      expect(await limiter.peek("loginFailure", key)).toMatchObject({ allowed: true, remaining: limits.loginFailure.points });
      for (let taken = 0; taken < limits.loginFailure.points; taken++) await limiter.consume("loginFailure", key);
      expect(await limiter.peek("loginFailure", key)).toMatchObject({ allowed: false, remaining: 0 });
      await limiter.reset("loginFailure", key);
      expect(await limiter.peek("loginFailure", key)).toMatchObject({ allowed: true, remaining: limits.loginFailure.points });
    });

    test("takes several points at once, and gives one back", async () => {
      const limiter = await world.open(1);
      const key = randomUUID();
      const { points } = limits.refresh;
      expect(await limiter.consume("refresh", key, points - 1)).toMatchObject({ allowed: true, remaining: 1 });
      expect(await limiter.consume("refresh", key, 2)).toMatchObject({ allowed: false, remaining: 0 });
      await limiter.refund("refresh", key);
      expect(await limiter.peek("refresh", key)).toMatchObject({ remaining: 0 });
      await limiter.refund("refresh", key);
      expect(await limiter.consume("refresh", key)).toMatchObject({ allowed: true, remaining: 0 });
    });

    test("multiplies every limit by the factor", async () => {
      const limiter = await world.open(10);
      expect((await limiter.consume("loginFailure", randomUUID())).limit).toBe(limits.loginFailure.points * 10);
    });
  });
}
