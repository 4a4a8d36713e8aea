import type { EventPost } from "@newfeed/shared/contracts/event-data.ts";
import { asUserId } from "@newfeed/shared/contracts/ids.ts";
import { createSignalHub } from "@newfeed/shared/embedded/signals.ts";
import type { Signals } from "@newfeed/shared/ports/signals.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { eventFixtures, grownBody } from "@newfeed/shared/testing/event-fixtures.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterEach, expect, test } from "vitest";
import { type Connection, noHiddenUsers } from "./connections/connection.ts";
import { createConnections } from "./connections/connections.ts";
import type { Outcome } from "./handlers.ts";
import { createLive, type Live } from "./live.ts";

const open: Live[] = [];
afterEach(() => {
  for (const live of open.splice(0)) live.close();
});

const postId = "01900000-0000-7000-8000-000000000001";
const outcome = (offset: number, changes: Outcome["accessChanges"] = []): Outcome => ({
  appended: [{ stream: `post:${postId}`, entries: [{ offset, type: "comment_created", actorId: null, data: {} }] }],
  accessChanges: changes,
  likes: [],
  reposts: [],
  polls: [],
  mutes: [],
  pins: [],
  newReposts: [],
  removedReposts: [],
  published: [],
  endedSessions: [],
});

/** An instance that records when it applies access changes, what it delivers, and what it warns of. */
function instance(signals: Signals) {
  const did: string[] = [];
  const connections = createConnections();
  const live = createLive({
    // Everybody follows everybody.
    query: async <Row>() => [...connections.users()].map((followerId) => ({ followerId })) as Row[],
    signals,
    dispatcher: {
      hint: (appended) => void did.push(...appended.flatMap(({ entries }) => entries.map(({ offset }) => `deliver ${offset}`))),
      followers: () => [],
    },
    following: { applyPending: async () => void did.push("apply changes") },
    connections,
    logger: { ...createLogger({ level: "error", json: false }), warn: (message) => void did.push(message) },
    endSession: () => {},
  });
  open.push(live);
  return { live, did, connections };
}

test("an instance that misses a signal applies access changes before it delivers the entries of the next one", async () => {
  const hub = createSignalHub();
  let lossy = false;
  const sending = hub.join();
  const sender = instance({ ...sending, ready: true, send: (topic, payload) => void (lossy || sending.send(topic, payload)) });
  const receiver = instance(hub.join());

  sender.live.committed(outcome(1));
  sender.live.committed(outcome(2));
  await eventually(() => expect(receiver.did).toContain("deliver 2"));
  receiver.did.length = 0;
  sender.live.committed(outcome(3));
  await eventually(() => expect(receiver.did).toEqual(["deliver 3"]));

  lossy = true;
  sender.live.committed(outcome(4, [{ kind: "block", userIds: [asUserId(postId), asUserId(postId)] }]));
  lossy = false;
  sender.live.committed(outcome(5));
  sender.live.committed(outcome(6));
  await eventually(() => expect(receiver.did).toEqual(["deliver 3", "apply changes", "deliver 5", "deliver 6"]));
});

test("takes the signals of a newer instance: unknown fields are passed on, unknown streams and types of entries are no mistake", async () => {
  const hub = createSignalHub();
  const newer = hub.join();
  const { did, connections } = instance(hub.join());
  const received: unknown[] = [];
  connections.add({
    userId: "01900000-0000-7000-8000-000000000002",
    followsFeed: true,
    hidden: noHiddenUsers,
    signal: (_name, data) => void received.push(data),
  } as Partial<Connection> as Connection);

  const entry = { offset: 7, type: "vote_opened", actorId: null, data: { votes: 3 }, trace: "t" };
  newer.send("committed", { from: "newer", number: 1, accessChanged: false, appended: [{ stream: "tag:cats", entries: [entry], kind: "tag" }], trace: "t" });
  newer.send("committed", { from: "newer", number: 2 });
  newer.send("post_boosted", { postId });
  const [fixture] = eventFixtures.filter(({ type }) => type === "post.published");
  const { post } = (fixture && grownBody(fixture).data) as unknown as { post: EventPost };
  newer.send("new_post", { post: { ...post, visibility: "close_friends" } });
  newer.send("new_post", { post });
  // With what was added to posts since the fixture.
  await eventually(() => expect(received).toMatchObject([{ post }]));
  expect(post).toHaveProperty("addedLater");
  expect(did).toEqual(["deliver 7", "apply changes"]);
});
