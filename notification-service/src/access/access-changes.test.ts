import { randomUUID } from "node:crypto";
import { asUserId } from "@newfeed/shared/contracts/ids.ts";
import { streamOf } from "@newfeed/shared/contracts/sockets.ts";
import type { Database } from "@newfeed/shared/ports/database.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { openServiceDatabase } from "@newfeed/shared/testing/own-database.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { notificationService } from "../service.ts";
import { allowed, client, gate, instanceOn, people, recordChange, say, setBlock, setFollow } from "./testing.ts";

let database: Database;
beforeAll(async () => {
  database = await openServiceDatabase("access_changes", notificationService, 20);
});
afterAll(() => database.close());

describe("an access change", () => {
  async function follower(visibility: "public" | "followers", revision = 1) {
    const ids = people();
    const parts = await instanceOn(database, allowed(ids.author, visibility, revision));
    const connection = client(ids.reader);
    parts.connections.add(connection);
    const follow = () => parts.following.post(connection, ids.postId, undefined);
    await follow();
    return { ...ids, ...parts, connection, follow };
  }

  test("that was undone since takes nothing back", async () => {
    const { author, reader, postId, connection, following, dispatcher } = await follower("followers", 3);
    await setFollow(database.query, reader, author, false);
    await setFollow(database.query, reader, author, true);
    await setBlock(database.query, author, reader, true);
    await setBlock(database.query, author, reader, false);
    await recordChange(database.query, { kind: "visibility", postId, authorId: author, visibility: "followers", revision: 2 });
    await following.applyPending();
    expect(connection.retracted).toEqual([]);
    expect([...dispatcher.followers(streamOf.post(postId))]).toEqual([connection]);
    await dispatcher.close();
  });

  test("that was undone and made again takes back", async () => {
    const { author, reader, postId, connection, following, dispatcher } = await follower("public");
    for (const active of [true, false, true]) await setBlock(database.query, author, reader, active);
    await following.applyPending();
    expect(connection.retracted).toEqual([postId]);
    expect([...connection.hidden]).toEqual([author]);
    await setBlock(database.query, author, reader, false);
    await following.applyPending();
    expect([...connection.hidden]).toEqual([]);
    await dispatcher.close();
  });

  test("of an account that became private takes its posts back from those who do not follow it", async () => {
    const { author, reader, postId, connections, connection, following, dispatcher } = await follower("public");
    const fan = client(asUserId(randomUUID()));
    connections.add(fan);
    await following.post(fan, postId, undefined);
    await setFollow(database.query, fan.userId, author, true);
    await recordChange(database.query, { kind: "private", authorId: reader });
    await following.applyPending();
    expect([connection.retracted, fan.retracted]).toEqual([[], []]);
    await recordChange(database.query, { kind: "private", authorId: author });
    await following.applyPending();
    expect([connection.retracted, fan.retracted]).toEqual([[postId], []]);
    expect([...dispatcher.followers(streamOf.post(postId))]).toEqual([fan]);
    await dispatcher.close();
  });

  test("is applied although its transaction commits after a later one", async () => {
    const { author, reader, postId, connection, following, dispatcher } = await follower("public");
    const transaction = gate();
    const slow = database.transaction(async (query) => {
      await setBlock(query, author, reader, true);
      await transaction.pass();
    });
    await transaction.atGate;
    await setBlock(database.query, asUserId(randomUUID()), asUserId(randomUUID()), true);
    await following.applyPending();
    expect(connection.retracted).toEqual([]);
    transaction.open();
    await slow;
    await following.applyPending();
    expect(connection.retracted).toEqual([postId]);
    await dispatcher.close();
  });

  test("is applied before anything that was written after it is delivered, live or to a client that joins", async () => {
    const { author, reader, postId, connections, following, dispatcher } = await follower("public");
    const other = asUserId(randomUUID());
    await setBlock(database.query, other, reader, true);
    await say(database, postId, other, "not for the reader");
    await say(database, postId, author, "for everybody");
    // No hint of the change or the entries arrived here; a client that joins reads them.
    const joiner = client(asUserId(randomUUID()));
    connections.add(joiner);
    await following.post(joiner, postId, "epoch-epoch:0");
    expect(joiner.contents).toEqual(["not for the reader", "for everybody"]);
    const [first] = [...dispatcher.followers(streamOf.post(postId))] as ReturnType<typeof client>[];
    await eventually(() => expect(first?.contents).toEqual(["for everybody"]));
    await dispatcher.close();
  });
});
