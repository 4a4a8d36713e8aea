import { randomUUID } from "node:crypto";
import { asPostId, asSessionId, asUserId, type PostId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import { streamOf } from "@newfeed/shared/contracts/sockets.ts";
import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import { saveBlock, saveFollow } from "@newfeed/shared/projections/relations.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import type { Connection } from "../connections/connection.ts";
import { createConnections } from "../connections/connections.ts";
import type { AccessChange } from "../signals.ts";
import { createDispatcher } from "../streams/dispatcher.ts";
import { append, readPage, readTops } from "../streams/log-store.ts";
import { recordAccessChanges } from "./access-store.ts";
import { createFollowing, type Following, type ReadAccess } from "./following.ts";

const logger = createLogger({ level: "error", json: false });

/** Where work waits until the test opens it. */
export function gate() {
  const { promise: atGate, resolve: reached } = Promise.withResolvers<void>();
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  return {
    atGate,
    open,
    pass() {
      reached();
      return opened;
    },
  };
}

export function client(userId: UserId) {
  const contents: unknown[] = [];
  const retracted: string[] = [];
  let beforeReplayEnds = async () => {};
  const connection: Connection = {
    userId,
    sessionId: asSessionId(randomUUID()),
    network: "192.0.2.1",
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

export const people = () => ({ author: asUserId(randomUUID()), reader: asUserId(randomUUID()), postId: asPostId(randomUUID()) });
export const allowed =
  (authorId: UserId, visibility: "public" | "followers" = "public", revision = 1): ReadAccess =>
  async (asked) =>
    asked.map(() => ({ authorId, visibility, revision }));

/** An instance on a database that others write to. */
export async function instanceOn({ query }: Pick<Database, "query">, readAccess: ReadAccess) {
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

export const say = (database: Database, postId: PostId, actorId: UserId, text: string) =>
  database.transaction((query) =>
    append(query, [
      { stream: streamOf.post(postId), type: "comment_created", aggregate: { type: "comment", id: randomUUID() }, actorId, revision: 1, data: { text } },
    ]),
  );

export const recordChange = (query: Query, change: AccessChange) => recordAccessChanges(query, [change]);

/** Each change of a block or a follow is newer than those before. */
let revision = 0;
const envelope = () => ({ id: randomUUID(), actorId: null, occurredAt: new Date().toISOString(), correlationId: "test" });
const aggregate = (type: string) => ({ type, id: randomUUID(), revision: ++revision });

export async function setBlock(query: Query, one: UserId, other: UserId, active: boolean): Promise<void> {
  const data = { blockerId: one, blockedId: other };
  await saveBlock(query, { ...envelope(), type: active ? "user.blocked" : "user.unblocked", aggregate: aggregate("block"), data });
  await recordChange(query, { kind: active ? "block" : "unblock", userIds: [one, other] });
}

export async function setFollow(query: Query, followerId: UserId, authorId: UserId, active: boolean): Promise<void> {
  const follower = { id: followerId, username: "reader", fullName: "A Reader", avatarUrl: null };
  const data = { followerId, followeeId: authorId, follower };
  await saveFollow(query, { ...envelope(), type: active ? "user.followed" : "user.unfollowed", aggregate: aggregate("follow"), data });
  if (!active) await recordChange(query, { kind: "unfollow", followerId, authorId });
}
