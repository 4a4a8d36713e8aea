import { createClient } from "@newfeed/client";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createComment, createPost } from "./support/comments.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());

const path = "/api/v1/notifications/why";

async function commented() {
  const [ann, bob] = [await feed.person("ann"), await feed.person("bob")];
  const postId = await createPost(ann, { content: "Good morning" });
  const commentId = (await createComment(bob, postId, "To you, too")).id;
  return { ann, bob, postId, commentId };
}

test("users ask why they heard of something by its notification, its post and its event", async () => {
  const { ann, bob, postId, commentId } = await commented();
  const database = await feed.platform.openDatabase("comment-service");
  const [event] = await database.query<{ id: string }>("SELECT event_id AS id FROM newfeed.outbox WHERE body::json -> 'aggregate' ->> 'id' = $1", [commentId]);
  const inbox = () => ann.get("/api/v1/notifications?type=comments");
  await eventually(async () => expect((await inbox()).body.data).toHaveLength(1));
  const notificationId = (await inbox()).body.data[0].id as string;
  const expected = {
    ...{ type: "new_comment", notificationId, heard: true, reason: null, word: null, chosen: false, count: 1 },
    channels: { push: { goes: false, reason: "no_device", at: null, sentAt: null }, mail: { goes: false, reason: "type_off", at: null, sentAt: null } },
  };
  for (const asked of [`notification=${notificationId}`, `post=${postId}`, `event=${event?.id}`])
    expect(await ann.get(`${path}?${asked}`)).toMatchObject({ status: 200, body: { data: [expected] } });
  const client = createClient({ baseUrl: feed.url });
  await client.session.signIn({ email: ann.email, password: ann.password });
  expect(await client.notifications.why({ notification: notificationId })).toEqual([expected]);
  client.close();

  const document =
    "query ($id: ID) { whyNotified(notification: $id) { code reasons { type notificationId heard channels { push { goes reason } mail { reason sentAt } } } } }";
  const told = {
    type: "new_comment",
    notificationId,
    heard: true,
    channels: { push: { goes: false, reason: "no_device" }, mail: { reason: "type_off", sentAt: null } },
  };
  expect((await ann.graphql(document, { id: notificationId })).body.data).toEqual({ whyNotified: { code: null, reasons: [told] } });
  expect((await bob.graphql(document, { id: notificationId })).body.data).toEqual({ whyNotified: { code: "not_found", reasons: [] } });
  expect((await ann.graphql(document, { id: null })).body.data).toEqual({ whyNotified: { code: "validation_failed", reasons: [] } });

  expect(await bob.get(`${path}?notification=${notificationId}`)).toMatchObject({ status: 404, body: { code: "not_found" } });
  expect(await bob.get(`${path}?event=${event?.id}`)).toMatchObject({ status: 200, body: { data: [] } });
  expect((await feed.call("GET", `${path}?post=${postId}`)).status).toBe(401);
});

test("users ask why they did not hear of something", async () => {
  const { ann, bob, postId } = await commented();
  await ann.patch("/api/v1/users/me/notification-preferences", { types: { post_liked: { inbox: false } } });
  await bob.post(`/api/v1/posts/${postId}/like`);
  const refused = async (type: string) => (await ann.get(`${path}?post=${postId}`)).body.data.filter((why: { type: string }) => why.type === type);
  expect(await refused("post_liked")).toMatchObject([{ heard: false, reason: "type_off", chosen: true, notificationId: null, channels: null }]);
});

test.each(["", "post=x", "post=0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e&event=0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e"])(
  "one thing is asked about: %s",
  async (query) => {
    const ann = await feed.person("ann");
    expect(await ann.get(`${path}?${query}`)).toMatchObject({ status: 400, body: { code: "validation_failed" } });
  },
);
