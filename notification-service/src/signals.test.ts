import { expect, test } from "vitest";
import { AccessChange, topics } from "./signals.ts";

const [one, other] = ["01900000-0000-7000-8000-000000000001", "01900000-0000-7000-8000-000000000002"];
const at = "2026-11-27T01:27:39.154Z";
const author = { id: one, username: "ann", fullName: "Ann" };

/** What instances have sent and stored since the first version, without what was optional then. An older or newer one does so during a rolling restart: none of these ever changes. */
const signals: { topic: keyof typeof topics; payload: Record<string, unknown> }[] = [
  { topic: "committed", payload: { from: "a", number: 1 } },
  { topic: "committed", payload: { from: "a", number: 2, accessChanged: false, appended: [{ stream: `post:${one}`, entries: [] }] } },
  { topic: "committed", payload: { from: "a", number: 3, appended: [{ stream: "x", entries: [{ offset: 1, type: "y", data: {} }] }] } },
  { topic: "post_liked", payload: { postId: one, likeCount: 3 } },
  { topic: "post_reposted", payload: { postId: one, repostCount: 3 } },
  {
    topic: "new_post",
    payload: { post: { id: one, author, content: "", visibility: "public", status: "published", createdAt: at, updatedAt: at, revision: 1 } },
  },
  { topic: "user_muted", payload: { muterId: one, userId: other, muted: true } },
  { topic: "new_repost", payload: { postId: one, postAuthorId: one, userId: other } },
  { topic: "repost_removed", payload: { userId: one } },
  { topic: "repost_removed", payload: { userId: one, postId: other, postAuthorId: one } },
  { topic: "pinned", payload: { userId: one } },
  { topic: "streams_changed", payload: { connection: "a~b", userId: one } },
  { topic: "streams_changed", payload: { connection: "a~b", userId: one, add: [{ stream: `post:${other}` }], remove: ["feed:me"] } },
];
const changes = [
  { kind: "block", userIds: [one, other] },
  { kind: "unblock", userIds: [one, other] },
  { kind: "unfollow", followerId: one, authorId: other },
  { kind: "visibility", postId: one, authorId: other, visibility: "public", revision: 2 },
];

test("signals and access changes of other versions can be read, and keep what they hold", () => {
  for (const { topic, payload } of signals) expect(topics[topic].parse({ ...payload, addedLater: 1 })).toMatchObject({ ...payload, addedLater: 1 });
  for (const change of changes) expect(AccessChange.parse({ ...change, addedLater: 1 })).toEqual({ ...change, addedLater: 1 });
});
