import { expect, test } from "vitest";
import type { ServiceName } from "../contracts/services.ts";
import type { Query } from "../ports/database.ts";
import { readNotArrived } from "./not-arrived.ts";

const nothingConsumed = (async () => []) as unknown as Query;
const producers = new Map<ServiceName, readonly string[]>([
  ["post-service", ["post.created"]],
  ["user-service", ["user.registered"]],
]);
const sentAt = (secondsAgo: number) => ({ id: `sent ${secondsAgo} s ago`, at: new Date(Date.now() - secondsAgo * 1_000).toISOString() });

test("what was sent half a minute ago and was not consumed has not arrived; a producer that does not say what it sent is named", async () => {
  const found = await readNotArrived({
    query: nothingConsumed,
    producers,
    async readSent(producer) {
      if (producer === "user-service") throw new Error("connect ECONNREFUSED");
      return { sent: [sentAt(60), sentAt(40), sentAt(20)] } as never;
    },
    readBodies: async (_producer, ids) => ids.map((id) => ({ id, type: "post.created", key: null, body: "{}" })),
  });
  expect(found).toEqual({
    notArrived: [{ producer: "post-service", events: 2, types: ["post.created"], since: expect.any(String) }],
    silent: ["user-service"],
  });
});

test("a failure of the service's own database is no answer of another", async () => {
  const query = (async () => Promise.reject(new Error("it is down"))) as unknown as Query;
  await expect(readNotArrived({ query, producers, readSent: async () => ({}) as never, readBodies: async () => [] })).rejects.toThrow("it is down");
});
