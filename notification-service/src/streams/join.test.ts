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
