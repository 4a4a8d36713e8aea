import type { Author } from "@newfeed/shared/contracts/dto.ts";
import type { EventPost } from "@newfeed/shared/contracts/event-data.ts";
import { asCommentId, asPostId, type PostId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import type { UpdateNotificationPreferences } from "@newfeed/shared/contracts/routes/notification-preferences.ts";
import { runJobs } from "@newfeed/shared/testing/run-jobs.ts";
import { v7 as uuidv7 } from "uuid";
import { describe, expect, test } from "vitest";
import { getPreferences, updatePreferences } from "../preferences/preferences.ts";
import { listInbox, markPostRead, markRead } from "./inbox.ts";
import { commented, event, liked, newAuthor, openInboxes } from "./testing.ts";

const { database, store, jobs, apply } = await openInboxes("notification_events");

const set = (userId: UserId, body: UpdateNotificationPreferences) => updatePreferences((work) => store.transaction(({ query }) => work(query)), userId, body);

/** A user who asks for mail about comments, mentions and likes, with a post. */
async function reachable(body: UpdateNotificationPreferences = {}, visibility: "public" | "followers" = "public") {
  const [owner, postId] = [newAuthor(), asPostId(uuidv7())];
  await set(owner.id, { types: { new_comment: { mail: true }, mention: { mail: true }, post_liked: { mail: true } }, ...body });
  await publish(owner, postId, visibility);
  return { owner, postId };
}
async function publish(author: Author, id: PostId, visibility: "public" | "followers"): Promise<void> {
  const at = new Date().toISOString();
  const post = {
    id,
    author,
    content: "What I saw",
    visibility,
    status: "published",
    createdAt: at,
    updatedAt: at,
    revision: 1,
    contentWarning: null,
    title: null,
  };
  await apply(event("post.created", { id, revision: 1 }, author.id, { post: post as unknown as EventPost, quotedAuthorId: null }));
}
async function comment(postId: PostId, owner: Author, by = newAuthor()) {
  const id = asCommentId(uuidv7());
  await apply(commented({ id, postId }, by, owner.id));
  return { id, by };
}

/** What left the house for a user, oldest first. */
async function sentTo(userId: UserId) {
  const rows = await database.query<{ body: string }>("SELECT body FROM newfeed.outbox WHERE key = $1 ORDER BY id", [userId]);
  return rows.map(({ body }) => JSON.parse(body));
}
const typesTo = async (userId: UserId) => (await sentTo(userId)).map(({ type }) => type.replace("notification.", ""));
const inboxOf = async (userId: UserId) => (await listInbox(store, userId, { limit: 10 })).data;

describe("what leaves the house", () => {
  test("is nothing for a user who has neither a device nor asked for mail", async () => {
    const [owner, postId] = [newAuthor(), asPostId(uuidv7())];
    await comment(postId, owner);
    await set(owner.id, { types: { new_comment: { push: true } }, mailFrequency: "weekly" });
    await comment(postId, owner);
    await markRead(store, owner.id, null);
    expect(await typesTo(owner.id)).toEqual([]);
    await database.query("UPDATE notification_preferences SET has_devices = true WHERE user_id = $1", [owner.id]);
    await comment(postId, owner);
    expect((await sentTo(owner.id)).map(({ type, data }) => [type, data.channels])).toEqual([["notification.created", ["push"]]]);
  });

  test("is a notification with whom it speaks of, where it leads, and where it is news", async () => {
    const { owner, postId } = await reachable({ mailFrequency: "daily" });
    const { id, by } = await comment(postId, owner);
    const [notification] = await inboxOf(owner.id);
    const [sent] = await sentTo(owner.id);
    expect(sent).toMatchObject({
      type: "notification.created",
      aggregate: { type: "notification", id: notification?.id, revision: 1 },
      actorId: by.id,
      data: {
        recipientId: owner.id,
        type: "new_comment",
        groupKey: `new_comment:${postId}`,
        count: 1,
        subject: { postId, commentId: id, userId: null },
        excerpt: "hello",
        createdAt: notification?.createdAt,
        channels: ["mail"],
        mailFrequency: "daily",
        notBefore: null,
      },
    });
  });

  test("has no text of what not everybody may read", async () => {
    const { owner, postId } = await reachable({}, "followers");
    await comment(postId, owner);
    expect((await sentTo(owner.id)).map(({ data }) => data.excerpt)).toEqual([null]);
  });

  test("is one event for a group that many join at once, and none louder than the inbox", async () => {
    const { owner, postId } = await reachable();
    const likes = Array.from({ length: 20 }, () => ({ id: uuidv7(), by: newAuthor() }));
    await apply(...likes.map(({ id, by }) => liked(id, 1, by, postId, owner.id)));
    const [first] = likes;
    if (!first) throw new Error("no like");
    const another = newAuthor();
    await apply(liked(uuidv7(), 1, another, postId, owner.id));
    await apply(liked(first.id, 2, first.by, postId, owner.id));
    await apply(liked(first.id, 3, first.by, postId, owner.id));
    expect((await sentTo(owner.id)).map(({ type, data }) => [type, data.count, data.channels])).toEqual([
      ["notification.created", 20, ["mail"]],
      ["notification.updated", 21, ["mail"]],
      ["notification.updated", 20, []],
      ["notification.updated", 21, []],
    ]);
    const revisions = (await sentTo(owner.id)).map(({ aggregate }) => aggregate.revision);
    expect(revisions).toEqual([...revisions].sort((one, other) => one - other));
  });

  test("is closed when it is read, by itself, with its post, or with all", async () => {
    const { owner, postId } = await reachable();
    await comment(postId, owner);
    const [first] = await inboxOf(owner.id);
    await markRead(store, owner.id, first?.id ?? null);
    await markRead(store, owner.id, first?.id ?? null);
    await comment(postId, owner);
    const [second] = await inboxOf(owner.id);
    await markPostRead(store, owner.id, postId);
    await comment(postId, owner);
    const [third] = await inboxOf(owner.id);
    await markRead(store, owner.id, null);
    const read = (await sentTo(owner.id)).filter(({ type }) => type === "notification.read");
    expect(read.map(({ data }) => data.ids)).toEqual([[first?.id], [second?.id], null]);
    expect(Date.parse(read[2].data.until)).toBeGreaterThanOrEqual(Date.parse(third?.createdAt ?? ""));
  });

  test("is withdrawn when it is undone, deleted, or by a user whom its recipient blocks", async () => {
    const { owner, postId } = await reachable();
    const [like, fan] = [uuidv7(), newAuthor()];
    await apply(liked(like, 1, fan, postId, owner.id));
    await apply(liked(like, 2, fan, postId, owner.id));
    const { id, by } = await comment(postId, owner);
    await apply(event("comment.deleted", { id, revision: 2 }, by.id, { commentId: id, postId, authorId: by.id, deletedById: by.id }));
    const enemy = newAuthor();
    await apply(commented({ id: asCommentId(uuidv7()), postId: asPostId(uuidv7()) }, enemy, newAuthor().id, 1, [owner.id]));
    await apply(event("user.blocked", { id: uuidv7(), revision: 1 }, owner.id, { blockerId: owner.id, blockedId: enemy.id }));
    expect(await typesTo(owner.id)).toEqual(["created", "withdrawn", "created", "withdrawn", "created", "withdrawn"]);
    const sent = await sentTo(owner.id);
    for (const [created, withdrawn] of [sent.slice(0, 2), sent.slice(2, 4), sent.slice(4)]) {
      expect(withdrawn.aggregate.id).toBe(created.aggregate.id);
      expect(withdrawn.aggregate.revision).toBeGreaterThan(created.aggregate.revision);
    }
  });

  test("is nothing where it came and went at once", async () => {
    const { owner, postId } = await reachable();
    const [like, fan] = [uuidv7(), newAuthor()];
    await apply(liked(like, 1, fan, postId, owner.id), liked(like, 2, fan, postId, owner.id));
    expect(await typesTo(owner.id)).toEqual([]);
  });

  test("waits until quiet hours end", async () => {
    const hour = new Date().getUTCHours();
    const clock = (hours: number) => `${String((hours + 24) % 24).padStart(2, "0")}:00`;
    const quiet = { from: clock(hour - 1), to: clock(hour + 2), timeZone: "UTC" };
    const { owner, postId } = await reachable({ quietHours: quiet });
    await comment(postId, owner);
    const [sent] = await sentTo(owner.id);
    expect(sent.data.quietHours).toEqual(quiet);
    expect(Date.parse(sent.data.notBefore) - Date.now()).toBeGreaterThan(3_600_000 - 1);
    await set(owner.id, { quietHours: { ...quiet, from: clock(hour + 2), to: clock(hour + 3) } });
    await comment(asPostId(uuidv7()), owner);
    expect((await sentTo(owner.id))[1].data.notBefore).toBe(null);
  });
});

describe("preferences", () => {
  test("keep a type out of the inbox, and with it everywhere else", async () => {
    const { owner, postId } = await reachable({ types: { new_comment: { inbox: false, mail: true }, post_liked: { mail: true } } });
    await comment(postId, owner);
    await apply(liked(uuidv7(), 1, newAuthor(), postId, owner.id));
    expect((await inboxOf(owner.id)).map(({ type }) => type)).toEqual(["post_liked"]);
    expect((await sentTo(owner.id)).map(({ data }) => data.type)).toEqual(["post_liked"]);
  });

  test("change what is given only, and no revision where nothing changes", async () => {
    const { id } = newAuthor();
    const before = await getPreferences(database.query, id);
    expect(before).toMatchObject({ types: { mention: { inbox: true, push: true, mail: false }, post_liked: { push: false } }, quietHours: null, revision: 1 });
    const quietHours = { from: "22:00", to: "07:00", timeZone: "Europe/Berlin" };
    await set(id, { quietHours, types: { mention: { push: false } } });
    const after = await set(id, { types: { mention: { mail: true }, post_liked: { push: true } } });
    expect(after).toEqual({
      ...before,
      quietHours,
      types: { ...before.types, mention: { inbox: true, push: false, mail: true }, post_liked: { inbox: true, push: true, mail: false } },
      revision: 3,
    });
    expect(await set(id, { types: { mention: { mail: true } } })).toEqual(after);
    expect(await getPreferences(database.query, id)).toEqual(after);
    expect(await set(id, { quietHours: null })).toMatchObject({ quietHours: null, revision: 4 });
  });

  test("go with the account, and come back with nothing", async () => {
    const { owner } = await reachable();
    await apply(event("user.deleted", { id: owner.id, revision: 2 }, owner.id, { userId: owner.id }));
    await runJobs(database, jobs);
    expect(await database.query("SELECT FROM notification_preferences WHERE user_id = $1", [owner.id])).toEqual([]);
    await expect(set(owner.id, { mailFrequency: "daily" })).rejects.toMatchObject({ code: "unauthenticated" });
  });
});
