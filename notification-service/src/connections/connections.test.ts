import { asSessionId, asUserId } from "@newfeed/shared/contracts/ids.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import type { Closing } from "@newfeed/shared/contracts/sockets.ts";
import { describe, expect, test } from "vitest";
import type { Connection } from "./connection.ts";
import { createConnections } from "./connections.ts";
import { visitorFrom } from "./visitors.ts";

/** A user's connections, which note why they were closed. */
function setUp() {
  const connections = createConnections();
  const closed: { name: string; reason: Closing }[] = [];
  const add = (name: string, opened = true, user = "alice", sessionId = asSessionId("session")): Connection => {
    const connection: Connection = {
      userId: asUserId(user),
      sessionId,
      network: "network",
      closed: false,
      followsFeed: false,
      hidden: new Set(),
      follows: new Map(),
      replay: async () => {},
      reset: () => {},
      signal: () => {},
      disconnect: (reason) => closed.push({ name, reason }),
      endStream: () => {},
      broadcast: () => {},
    };
    connections.add(connection);
    if (opened) connections.opened(connection);
    return connection;
  };
  return { connections, closed, add };
}

describe("a user's connections", () => {
  test("are asked to connect elsewhere when the instance ends, as are those whose handshake began before", () => {
    const { connections, closed, add } = setUp();
    add("open");
    connections.drain();
    add("late", false);
    expect(closed.map(({ name, reason }) => [name, reason.code, reason.resume])).toEqual([
      ["open", "shutdown", true],
      ["late", "shutdown", true],
    ]);
  });

  test("are so many at most: a newer one takes the oldest's place, which is not to return unasked", () => {
    const { connections, closed, add } = setUp();
    for (let index = 0; index < bounds.connectionsPerUser; index++) add(String(index));
    add("another user's", true, "bob");
    expect(closed).toEqual([]);
    add("new");
    add("newer");
    expect(closed.map(({ name }) => name)).toEqual(["0", "1"]);
    for (const { reason } of closed) expect(reason).toMatchObject({ code: "too_many_streams", resume: false });
    for (const { reason } of closed) expect(reason.retryAfterMs).toBeGreaterThanOrEqual(300_000);
    expect(closed[0]?.reason.retryAfterMs).not.toBe(closed[1]?.reason.retryAfterMs);
    expect(connections.ofUser(asUserId("alice")).size).toBe(bounds.connectionsPerUser);
  });

  test("that open faster than they are admitted displace each other, and none that is open", () => {
    const { connections, closed, add } = setUp();
    for (let index = 0; index < 5; index++) add(`open ${index}`);
    for (let index = 0; index < 40; index++) add(`attempt ${index}`, false);
    expect(closed.map(({ name }) => name)).toEqual(Array.from({ length: 25 }, (_, index) => `attempt ${index}`));
    for (const { reason } of closed) {
      expect(reason).toMatchObject({ code: "too_many_streams", resume: true });
      expect(reason.retryAfterMs).toBeLessThan(5_000);
    }
    expect(connections.ofUser(asUserId("alice")).size).toBe(bounds.connectionsPerUser);
  });

  test("make room when they are closed", () => {
    const { connections, closed, add } = setUp();
    const first = add("first");
    for (let index = 1; index < bounds.connectionsPerUser; index++) add(String(index));
    connections.remove(first);
    add("new");
    expect(closed).toEqual([]);
  });
});

test("visitors are so many of a network, and of an instance: one more is refused, and takes no place", () => {
  const { connections, closed, add } = setUp();
  const visit = (network: string) => {
    const { userId, sessionId } = visitorFrom(network);
    return add(network, true, userId, sessionId);
  };
  const first = Array.from({ length: bounds.visitorsPerNetwork }, () => visit("192.0.2.1"));
  expect(() => visit("192.0.2.1")).toThrow(expect.objectContaining({ code: "too_many_streams" }));
  for (let network = 1; network < bounds.visitors / bounds.visitorsPerNetwork; network++)
    for (let index = 0; index < bounds.visitorsPerNetwork; index++) visit(`198.51.100.${network}`);
  expect(() => visit("203.0.113.1")).toThrow(expect.objectContaining({ code: "too_many_streams" }));
  add("a user");
  // The end of a connection may be noticed more than once.
  for (let times = 0; times < 2; times++) connections.remove(first[0] as Connection);
  visit("203.0.113.1");
  expect(() => visit("203.0.113.1")).toThrow(expect.objectContaining({ code: "too_many_streams" }));
  expect(closed).toEqual([]);
});
