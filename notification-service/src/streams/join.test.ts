import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { describe, expect, test } from "vitest";
import { client, dispatcherOn, memoryLog, stream } from "./testing.ts";

describe("a join", () => {
  test("replays all pages to the only follower before its join resolves", async () => {
    const log = memoryLog();
    for (let index = 0; index < 450; index++) log.append();
    const dispatcher = dispatcherOn(log);
    const connection = client();
    expect(await dispatcher.join(connection, stream, "epoch-epoch:0")).toEqual({ cursor: "epoch-epoch:450", replayed: 450, reset: false });
    expect(connection.offsets).toHaveLength(450);
    await dispatcher.close();
  });

  test.each(["epoch-epoch:0", undefined])("of the first follower misses no hint that comes after its read, from %s on", async (cursor) => {
    const log = memoryLog();
    let reads = 0;
    const dispatcher = dispatcherOn(log, {
      applyAccessChanges: async () => {
        if (++reads === 1) dispatcher.hint([{ stream, entries: [log.append(), log.append()] }]);
      },
    });
    const connection = client();
    await dispatcher.join(connection, stream, cursor);
    // Before the next comparison with the log.
    await eventually(() => expect(connection.offsets).toEqual([1, 2]), 1_000);
    await dispatcher.close();
  });

  test("of the first follower misses no hint that comes during its replay", async () => {
    const log = memoryLog();
    log.append();
    const dispatcher = dispatcherOn(log);
    const connection = client();
    const { replay } = connection;
    connection.replay = async (...page) => {
      await replay(...page);
      if (log.entries.length === 1) dispatcher.hint([{ stream, entries: [log.append()] }]);
    };
    await dispatcher.join(connection, stream, "epoch-epoch:0");
    await eventually(() => expect(connection.offsets).toEqual([1, 2]), 1_000);
    await dispatcher.close();
  });

  test("from now on is refused where the stream has just ended; from a position on, the client is told how it ended", async () => {
    const log = memoryLog();
    log.append(null, { type: "post_deleted", data: {} });
    const dispatcher = dispatcherOn(log, { readPage: async (...page) => ({ ...(await log.readPage(...page)), closed: true }) });
    await expect(dispatcher.join(client(), stream, undefined)).rejects.toMatchObject({ code: "not_found" });
    const connection = client();
    expect(await dispatcher.join(connection, stream, "epoch-epoch:0")).toMatchObject({ replayed: 1 });
    expect(connection.offsets).toEqual([1]);
    await dispatcher.close();
  });

  test("ends although a hint names more than there is", async () => {
    const log = memoryLog();
    const beyond = { offset: 1_000, type: "comment_created", actorId: null, data: {} };
    let reads = 0;
    const dispatcher = dispatcherOn(log, {
      applyAccessChanges: async () => {
        if (++reads === 1) dispatcher.hint([{ stream, entries: [beyond] }]);
      },
    });
    expect(await dispatcher.join(client(), stream, "epoch-epoch:0")).toMatchObject({ cursor: "epoch-epoch:0" });
    await dispatcher.close();
  });

  test("writes nothing more to a client that left between two pages, and does not attach it", async () => {
    const log = memoryLog();
    for (let index = 0; index < 250; index++) log.append();
    const connection = client();
    let reads = 0;
    const dispatcher = dispatcherOn(log, {
      applyAccessChanges: async () => {
        if (++reads === 2) Object.assign(connection, { closed: true });
      },
    });
    await expect(dispatcher.join(connection, stream, "epoch-epoch:0")).rejects.toThrow();
    expect(connection.offsets).toHaveLength(200);
    expect([...dispatcher.followers(stream)]).toEqual([]);
    await dispatcher.close();
  });

  test("does not attach a client that left during its join", async () => {
    const log = memoryLog();
    log.append();
    const dispatcher = dispatcherOn(log);
    const connection = Object.assign(client(), { closed: true });
    await expect(dispatcher.join(connection, stream, "epoch-epoch:0")).rejects.toThrow();
    expect([...dispatcher.followers(stream)]).toEqual([]);
    await dispatcher.close();
  });

  test("does not attach a client whose access is taken back at any moment between its replay and the end of its join", async () => {
    for (let microtasks = 0; microtasks < 20; microtasks++) {
      const log = memoryLog();
      log.append();
      const dispatcher = dispatcherOn(log);
      const connection = client();
      const takeBack = (after: number): void => {
        if (after > 0) queueMicrotask(() => takeBack(after - 1));
        else {
          dispatcher.leave(connection, stream);
          connection.follows.delete(stream);
        }
      };
      connection.replay = async () => takeBack(microtasks);
      await dispatcher.join(connection, stream, "epoch-epoch:0").catch(() => {});
      await new Promise((resolve) => setImmediate(resolve));
      expect([...dispatcher.followers(stream)], `after ${microtasks} microtasks`).toEqual([]);
      await dispatcher.close();
    }
  });
});
