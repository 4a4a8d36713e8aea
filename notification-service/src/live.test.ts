import { createSignalHub } from "@newfeed/shared/embedded/signals.ts";
import type { Signals } from "@newfeed/shared/ports/signals.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterEach, expect, test } from "vitest";
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
  published: [],
  endedSessions: [],
});

/** An instance that records when it applies access changes and what it delivers. */
function instance(signals: Signals) {
  const did: string[] = [];
  const live = createLive({
    query: async () => [],
    signals,
    dispatcher: {
      hint: (appended) => void did.push(...appended.flatMap(({ entries }) => entries.map(({ offset }) => `deliver ${offset}`))),
      followers: () => [],
    },
    following: { applyPending: async () => void did.push("apply changes") },
    connections: createConnections(),
    logger: createLogger({ level: "error", json: false }),
    endSession: () => {},
  });
  open.push(live);
  return { live, did };
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
  sender.live.committed(outcome(4, [{ kind: "block", userIds: [postId, postId] }]));
  lossy = false;
  sender.live.committed(outcome(5));
  sender.live.committed(outcome(6));
  await eventually(() => expect(receiver.did).toEqual(["deliver 3", "apply changes", "deliver 5", "deliver 6"]));
});
