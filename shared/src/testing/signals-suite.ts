import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Signals } from "../ports/signals.ts";
import { eventually } from "./eventually.ts";

export interface SignalsUnderTest {
  /** One more instance. */
  join(): Promise<Signals>;
  close(): Promise<void>;
}

/** What signals promise (`ports/signals.ts`). */
export function signalsSuite(name: string, start: () => Promise<SignalsUnderTest>): void {
  describe(name, () => {
    let world: SignalsUnderTest;
    let members: Signals[];
    beforeEach(async () => {
      world = await start();
      members = await Promise.all([world.join(), world.join(), world.join()]);
    });
    afterEach(async () => {
      for (const member of members) await member.close();
      await world.close();
    });
    const heardBy = (member: Signals | undefined, topic: string) => {
      const heard: unknown[] = [];
      const stop = member?.listen(topic, (payload) => heard.push(payload));
      return { heard, stop };
    };

    test("a signal reaches all others that listen to its topic, and not the sender", async () => {
      const [own, second, third, other] = [
        heardBy(members[0], "news"),
        heardBy(members[1], "news"),
        heardBy(members[2], "news"),
        heardBy(members[1], "weather"),
      ];
      members[0]?.send("news", { a: 1 });
      await eventually(() => {
        expect(second.heard).toEqual([{ a: 1 }]);
        expect(third.heard).toEqual([{ a: 1 }]);
      });
      expect(own.heard).toEqual([]);
      expect(other.heard).toEqual([]);
    });

    test("a payload crosses as JSON: nobody shares an object with anybody", async () => {
      const { heard } = heardBy(members[1], "news");
      const payload = { when: new Date(0), list: [1, undefined], gone: undefined };
      members[0]?.send("news", payload);
      await eventually(() => expect(heard).toEqual([{ when: "1970-01-01T00:00:00.000Z", list: [1, null] }]));
    });

    test("a listener that stopped, or a closed part, receives nothing more", async () => {
      const [stopped, going] = [heardBy(members[1], "news"), heardBy(members[2], "news")];
      stopped.stop?.();
      members[0]?.send("news", 1);
      await eventually(() => expect(going.heard).toEqual([1]));
      expect(stopped.heard).toEqual([]);
    });
  });
}
