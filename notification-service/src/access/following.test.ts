import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import { streamOf } from "@newfeed/shared/contracts/sockets.ts";
import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import { openServiceDatabase } from "@newfeed/shared/testing/own-database.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { notificationService } from "../service.ts";
import { allowed, client, gate, instanceOn, people, recordChange, say, setBlock, setFollow } from "./testing.ts";

let database: Database;
beforeAll(async () => {
  database = await openServiceDatabase("following", notificationService, 20);
});
afterAll(() => database.close());

test("clients that come at the same time are asked about in one question each", async () => {
  const { author, postId } = people();
  const asked = { blocks: 0, access: 0 };
  const query: Query = (statement, ...values) => {
    if (statement.text.includes("FROM projection.block WHERE blocker_id = ANY")) asked.blocks++;
    return database.query(statement, ...values);
  };
  const [readers, blocked] = [Array.from({ length: 30 }, () => people().reader), people().reader];
  await setBlock(database.query, author, blocked, true);
  const { connections, dispatcher, following } = await instanceOn({ query }, async (all) => {
    asked.access++;
    return all.map(({ viewer }) => (viewer === readers[3] ? null : { authorId: author, visibility: "public", revision: 1 }));
  });
  const join = async (userId: UserId) => {
    const connection = client(userId);
    connections.add(connection);
    await following.admit(connection);
    await following.post(connection, postId, undefined);
    return connection;
  };
  const joined = await Promise.allSettled([...readers, blocked].map(join));
  expect(joined.flatMap(({ status }, n) => (status === "fulfilled" ? [] : [n]))).toEqual([3, 30]);
  expect(asked).toEqual({ blocks: 1, access: 1 });
  expect([...dispatcher.followers(streamOf.post(postId))]).toHaveLength(29);
  await dispatcher.close();
});

describe("a user who loses access during a join", () => {
  test("is not attached when it is taken back during the replay", async () => {
    const { author, reader, postId } = people();
    const { connections, dispatcher, following } = await instanceOn(database, allowed(author));
    await say(database, postId, author, "before");
    const connection = client(reader);
    connections.add(connection);
    const replay = gate();
    connection.holdReplay(replay.pass);
    const joining = following.post(connection, postId, "epoch-epoch:0");
    await replay.atGate;
    await setBlock(database.query, author, reader, true);
    await following.applyPending();
    replay.open();
    await expect(joining).rejects.toMatchObject({ code: "not_found" });
    expect(connection.retracted).toEqual([postId]);
    expect([...dispatcher.followers(streamOf.post(postId))]).toEqual([]);
    expect(connection.follows.size).toBe(0);
    await dispatcher.close();
  });

  test("is checked again when a post's visibility changed before the answer arrived", async () => {
    const { author, reader, postId } = people();
    const check = gate();
    let checks = 0;
    const { connections, dispatcher, following } = await instanceOn(database, async (...args) => {
      if (checks++ > 0) return [null];
      await check.pass();
      return allowed(author)(...args);
    });
    const connection = client(reader);
    connections.add(connection);
    const joining = following.post(connection, postId, undefined);
    await check.atGate;
    await recordChange(database.query, { kind: "visibility", postId, authorId: author, visibility: "followers", revision: 2 });
    await following.applyPending();
    check.open();
    await expect(joining).rejects.toMatchObject({ code: "not_found" });
    expect(checks).toBe(2);
    expect(connection.follows.size).toBe(0);
    await dispatcher.close();
  });

  test("is not attached by an answer that is older than the end of their follow", async () => {
    const { author, reader, postId } = people();
    const { connections, dispatcher, following } = await instanceOn(database, allowed(author, "followers"));
    await setFollow(database.query, reader, author, true);
    await setFollow(database.query, reader, author, false);
    const connection = client(reader);
    connections.add(connection);
    await expect(following.post(connection, postId, undefined)).rejects.toMatchObject({ code: "not_found" });
    expect(connection.follows.size).toBe(0);
    // A follow that post-service knows first waits until it is known here.
    const again = following.post(connection, postId, undefined);
    await setFollow(database.query, reader, author, true);
    await expect(again).resolves.toMatchObject({ replayed: 0 });
    await dispatcher.close();
  });

  test("does not see a user who was blocked while the connection opened", async () => {
    const { author, reader } = people();
    const reading = gate();
    let held = false;
    const query = (async (...asked: Parameters<Query>) => {
      const rows = await database.query(...asked);
      const { text = "" } = asked[0] as { text?: string };
      if (!held && text.includes("AS other FROM projection.block")) {
        held = true;
        await reading.pass();
      }
      return rows;
    }) as Query;
    const { connections, dispatcher, following } = await instanceOn({ query }, allowed(author));
    const connection = client(reader);
    connections.add(connection);
    const admitted = following.admit(connection);
    await reading.atGate;
    await setBlock(database.query, author, reader, true);
    await following.applyPending();
    reading.open();
    await admitted;
    expect([...connection.hidden]).toEqual([author]);
    expect([...connections.hiding(author)]).toEqual([connection]);
    await dispatcher.close();
  });
});
