import { asUserId } from "@newfeed/shared/contracts/ids.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createConnections } from "../connections/connections.ts";
import type { Entry } from "./log.ts";
import { client, dispatcherOn, memoryLog, stream } from "./testing.ts";

describe("the dispatcher", () => {
  test("delivers everything once and in order, however hints are lost, doubled or reordered and whenever clients join", async () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant("append" as const), hint: fc.constantFrom("now", "lost", "twice", "late") }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant("join" as const), from: fc.nat(400) }) },
      { weight: 1, arbitrary: fc.constant({ kind: "turn" as const }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), fc.nat(450), async (steps, before) => {
        const log = memoryLog();
        for (let index = 0; index < before; index++) log.append();
        const dispatcher = dispatcherOn(log);
        const joined: { connection: ReturnType<typeof client>; from: number; done: Promise<unknown> }[] = [];
        const late: Entry[] = [];
        for (const item of steps) {
          if (item.kind === "append") {
            const hint = [{ stream, entries: [log.append()] }];
            if (item.hint === "now" || item.hint === "twice") dispatcher.hint(hint);
            if (item.hint === "twice") dispatcher.hint(hint);
            if (item.hint === "late") late.push(...(hint[0]?.entries ?? []));
          } else if (item.kind === "join") {
            const connection = client();
            const from = Math.min(item.from, log.entries.length);
            joined.push({ connection, from, done: dispatcher.join(connection, stream, `epoch-epoch:${from}`) });
          } else await new Promise((resolve) => setImmediate(resolve));
        }
        for (const entry of late.reverse()) dispatcher.hint([{ stream, entries: [entry] }]);
        await Promise.all(joined.map(({ done }) => done));
        dispatcher.hint([{ stream, entries: [log.append()] }]);
        const top = log.entries.length;
        await eventually(() => {
          for (const { connection, from } of joined) expect(connection.offsets).toEqual(Array.from({ length: top - from }, (_, index) => from + 1 + index));
        });
        await dispatcher.close();
      }),
      { numRuns: 60 },
    );
  });

  test("writes what one turn brings as one, at the end of that turn", async () => {
    const log = memoryLog();
    const dispatcher = dispatcherOn(log);
    const calls: number[][] = [];
    const connection = Object.assign(client(), {
      broadcast: (_stream: string, entries: readonly Entry[]) => void calls.push(entries.map((entry) => entry.offset)),
    });
    await dispatcher.join(connection, stream, undefined);
    const hint = () => dispatcher.hint([{ stream, entries: [log.append()] }]);
    for (let count = 0; count < 16; count++) hint();
    expect(calls).toEqual([]);
    // Clients that join or leave in the middle of the turn receive exactly what is theirs.
    const [late, left] = [client(), client()];
    await dispatcher.join(late, stream, "epoch-epoch:16");
    await dispatcher.join(left, stream, "epoch-epoch:16");
    expect(calls).toEqual([Array.from({ length: 16 }, (_, index) => index + 1)]);
    hint();
    dispatcher.leave(left, stream);
    // A single entry waits for no timer and for no other input.
    await new Promise((resolve) => setImmediate(resolve));
    expect(calls.slice(1)).toEqual([[17]]);
    expect(late.offsets).toEqual([17]);
    expect(left.offsets).toEqual([]);
    await dispatcher.close();
  });

  test("does not deliver the actions of a hidden user, live or replayed", async () => {
    const log = memoryLog();
    const connections = createConnections();
    const dispatcher = dispatcherOn(log, { connections });
    const [bob, carol] = [asUserId("bob"), asUserId("carol")];
    const [all, some] = [client(), client([bob])];
    for (const connection of [all, some]) connections.add(connection);
    for (const actor of [bob, carol]) log.append(actor);
    await dispatcher.join(all, stream, "epoch-epoch:0");
    await dispatcher.join(some, stream, "epoch-epoch:0");
    dispatcher.hint([{ stream, entries: [log.append(bob), log.append(carol), log.append(null)] }]);
    await eventually(() => expect(all.offsets).toEqual([1, 2, 3, 4, 5]));
    expect(some.offsets).toEqual([2, 4, 5]);
    await dispatcher.close();
  });

  test("does not deliver a post as it was for others, live or replayed, before it was shown to the client", async () => {
    const log = memoryLog();
    const dispatcher = dispatcherOn(log);
    const revise = (visibility: string, revision: number) => log.append(null, { type: "post_updated", data: { post: { visibility, revision } } });
    const admittedAt = (visibility: string, revision: number) => {
      const connection = client();
      connection.follows.set(stream, { authorId: asUserId("alice"), visibility, revision });
      return connection;
    };
    // post-service knows revision 4, a public one, and those behind it have not arrived here.
    const [stranger, follower] = [admittedAt("public", 4), admittedAt("followers", 2)];
    revise("public", 1);
    revise("followers", 2);
    for (const connection of [stranger, follower]) await dispatcher.join(connection, stream, "epoch-epoch:0");
    dispatcher.hint([{ stream, entries: [revise("followers", 3)] }]);
    dispatcher.hint([{ stream, entries: [revise("public", 4)] }]);
    await eventually(() => expect(follower.offsets).toEqual([1, 2, 3, 4]));
    expect(stranger.offsets).toEqual([1, 4]);
    await dispatcher.close();
  });

  test("resets its followers when what they lack was trimmed", async () => {
    const log = memoryLog();
    const dispatcher = dispatcherOn(log);
    const connection = client();
    await dispatcher.join(connection, stream, undefined);
    for (let index = 0; index < 5; index++) log.append();
    log.trim(3);
    dispatcher.hint([{ stream, entries: log.entries.slice(4) }]);
    await eventually(() => expect(connection.resets).toMatchObject([{ reason: "expired", cursor: "epoch-epoch:5" }]));
    dispatcher.hint([{ stream, entries: [log.append()] }]);
    await eventually(() => expect(connection.offsets).toEqual([6]));
    await dispatcher.close();
  });

  test("delivers at once what a hint named while the log was being read", async () => {
    const log = memoryLog();
    const dispatcher = dispatcherOn(log);
    const connection = client();
    await dispatcher.join(connection, stream, undefined);
    log.append();
    // A gap: the log is read, and what follows is written just after that.
    dispatcher.hint([{ stream, entries: [log.append()] }]);
    for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
    dispatcher.hint([{ stream, entries: [log.append()] }]);
    await eventually(() => expect(connection.offsets).toEqual([1, 2, 3]), 1_000);
    await dispatcher.close();
  });
});
