import { randomUUID } from "node:crypto";
import { streamOf } from "@newfeed/shared/contracts/sockets.ts";
import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { openServiceDatabase } from "@newfeed/shared/testing/own-database.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Connection } from "../connections/connection.ts";
import { createConnections } from "../connections/connections.ts";
import { notificationService } from "../service.ts";
import type { AccessChange } from "../signals.ts";
import { createDispatcher } from "../streams/dispatcher.ts";
import { append, readPage, readTops } from "../streams/log-store.ts";
import { createFollowing, type Following, type ReadAccess } from "./following.ts";

const logger = createLogger({ level: "error", json: false });
let database: Database;
beforeAll(async () => {
  database = await openServiceDatabase("following", notificationService, 20);
});
afterAll(() => database.close());

/** Where work waits until the test opens it. */
function gate() {
  let reached = () => {};
  let open = () => {};
  const atGate = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return {
    atGate,
    open: () => open(),
    pass() {
      reached();
      return opened;
    },
  };
}

function client(userId: string) {
  const contents: unknown[] = [];
  const retracted: string[] = [];
  let beforeReplayEnds = async () => {};
  const connection: Connection = {
    userId,
    sessionId: randomUUID(),
    closed: false,
    followsFeed: false,
    hidden: new Set(),
    follows: new Map(),
    async replay(_stream, entries) {
      contents.push(...entries.map((entry) => entry.data.text));
      await beforeReplayEnds();
    },
    reset: () => {},
    signal: (_name, data) => retracted.push(...("items" in data ? data.items.map((item) => item.id) : [])),
    disconnect: () => {},
    endStream: () => {},
    broadcast,
  };
  const holdReplay = (hold: () => Promise<void>) => {
    beforeReplayEnds = hold;
  };
  return Object.assign(connection, { contents, retracted, holdReplay });
}
const broadcast: Connection["broadcast"] = (_stream, entries, to) => {
  for (const connection of to) (connection as ReturnType<typeof client>).contents.push(...entries.map((entry) => entry.data.text));
};

/** One instance, in front of the common database. */
async function instance(readAccess: ReadAccess, query: Query = database.query) {
  const connections = createConnections();
  let following: Following | undefined;
  const dispatcher = createDispatcher({
    hintsArrive: () => true,
    applyAccessChanges: async () => following?.applyPending(),
    readPage: (...args) => readPage(query, ...args),
    readTops: (streams) => readTops(query, streams),
    epochOf: () => "epoch-epoch",
    connections,
    logger,
  });
  following = createFollowing({ query, dispatcher, connections, readAccess });
  await following.applyPending();
  return { connections, dispatcher, following };
}

const say = (postId: string, actorId: string, text: string) =>
  database.transaction((query) =>
    append(query, [
      { stream: streamOf.post(postId), type: "comment_created", aggregate: { type: "comment", id: randomUUID() }, actorId, revision: 1, data: { text } },
    ]),
  );
const note = (query: Query, change: AccessChange) => query("INSERT INTO access_change (change) VALUES ($1::jsonb)", [JSON.stringify(change)]);
async function setBlock(one: string, other: string, active: boolean, query: Query = database.query): Promise<void> {
  await query("INSERT INTO projection.block VALUES ($1, $2, $3, 1) ON CONFLICT (blocker_id, blocked_id) DO UPDATE SET active = $3", [one, other, active]);
  await note(query, { kind: active ? "block" : "unblock", userIds: [one, other] });
}
async function setFollow(followerId: string, authorId: string, active: boolean): Promise<void> {
  await database.query("INSERT INTO projection.follow VALUES ($1, $2, $3, 1) ON CONFLICT (follower_id, followee_id) DO UPDATE SET active = $3", [
    followerId,
    authorId,
    active,
  ]);
  if (!active) await note(database.query, { kind: "unfollow", followerId, authorId });
}
const people = () => ({ author: randomUUID(), reader: randomUUID(), postId: randomUUID() });
const allowed =
  (authorId: string, visibility: "public" | "followers" = "public", revision = 1): ReadAccess =>
  async (_viewer, [id = ""]) => [{ id, authorId, visibility, revision }];

describe("a user who loses access during a join", () => {
  test("is not attached when it is taken back during the replay", async () => {
    const { author, reader, postId } = people();
    const { connections, dispatcher, following } = await instance(allowed(author));
    await say(postId, author, "before");
    const connection = client(reader);
    connections.add(connection);
    const replay = gate();
    connection.holdReplay(replay.pass);
    const joining = following.post(connection, postId, "epoch-epoch:0");
    await replay.atGate;
    await setBlock(author, reader, true);
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
    const { connections, dispatcher, following } = await instance(async (...args) => {
      if (checks++ > 0) return [];
      await check.pass();
      return allowed(author)(...args);
    });
    const connection = client(reader);
    connections.add(connection);
    const joining = following.post(connection, postId, undefined);
    await check.atGate;
    await note(database.query, { kind: "visibility", postId, authorId: author, visibility: "followers", revision: 2 });
    await following.applyPending();
    check.open();
    await expect(joining).rejects.toMatchObject({ code: "not_found" });
    expect(checks).toBe(2);
    expect(connection.follows.size).toBe(0);
    await dispatcher.close();
  });

  test("is not attached by an answer that is older than the end of their follow", async () => {
    const { author, reader, postId } = people();
    const { connections, dispatcher, following } = await instance(allowed(author, "followers"));
    await setFollow(reader, author, true);
    await setFollow(reader, author, false);
    const connection = client(reader);
    connections.add(connection);
    await expect(following.post(connection, postId, undefined)).rejects.toMatchObject({ code: "not_found" });
    expect(connection.follows.size).toBe(0);
    // A follow that post-service knows first waits until it is known here.
    const again = following.post(connection, postId, undefined);
    await setFollow(reader, author, true);
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
    const { connections, dispatcher, following } = await instance(allowed(author), query);
    const connection = client(reader);
    connections.add(connection);
    const admitted = following.admit(connection);
    await reading.atGate;
    await setBlock(author, reader, true);
    await following.applyPending();
    reading.open();
    await admitted;
    expect([...connection.hidden]).toEqual([author]);
    expect([...connections.hiding(author)]).toEqual([connection]);
    await dispatcher.close();
  });
});

describe("an access change", () => {
  async function follower(visibility: "public" | "followers", revision = 1) {
    const ids = people();
    const parts = await instance(allowed(ids.author, visibility, revision));
    const connection = client(ids.reader);
    parts.connections.add(connection);
    const follow = () => parts.following.post(connection, ids.postId, undefined);
    await follow();
    return { ...ids, ...parts, connection, follow };
  }

  test("that was undone since takes nothing back", async () => {
    const { author, reader, postId, connection, following, dispatcher } = await follower("followers", 3);
    await setFollow(reader, author, false);
    await setFollow(reader, author, true);
    await setBlock(author, reader, true);
    await setBlock(author, reader, false);
    await note(database.query, { kind: "visibility", postId, authorId: author, visibility: "followers", revision: 2 });
    await following.applyPending();
    expect(connection.retracted).toEqual([]);
    expect([...dispatcher.followers(streamOf.post(postId))]).toEqual([connection]);
    await dispatcher.close();
  });

  test("that was undone and made again takes back", async () => {
    const { author, reader, postId, connection, following, dispatcher } = await follower("public");
    for (const active of [true, false, true]) await setBlock(author, reader, active);
    await following.applyPending();
    expect(connection.retracted).toEqual([postId]);
    expect([...connection.hidden]).toEqual([author]);
    await setBlock(author, reader, false);
    await following.applyPending();
    expect([...connection.hidden]).toEqual([]);
    await dispatcher.close();
  });

  test("is applied although its transaction commits after a later one", async () => {
    const { author, reader, postId, connection, following, dispatcher } = await follower("public");
    const transaction = gate();
    const slow = database.transaction(async (query) => {
      await setBlock(author, reader, true, query);
      await transaction.pass();
    });
    await transaction.atGate;
    await setBlock(randomUUID(), randomUUID(), true);
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
    const other = randomUUID();
    await setBlock(other, reader, true);
    await say(postId, other, "not for the reader");
    await say(postId, author, "for everybody");
    // No hint of the change or the entries arrived here; a client that joins reads them.
    const joiner = client(randomUUID());
    connections.add(joiner);
    await following.post(joiner, postId, "epoch-epoch:0");
    expect(joiner.contents).toEqual(["not for the reader", "for everybody"]);
    const [first] = [...dispatcher.followers(streamOf.post(postId))] as ReturnType<typeof client>[];
    await eventually(() => expect(first?.contents).toEqual(["for everybody"]));
    await dispatcher.close();
  });
});
