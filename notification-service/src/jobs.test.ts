import type { Author } from "@newfeed/shared/contracts/dto.ts";
import type { Event } from "@newfeed/shared/contracts/events.ts";
import { asCommentId, asNotificationId, asPostId, type PostId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import { streamOf } from "@newfeed/shared/contracts/sockets.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { relationJobs } from "@newfeed/shared/projections/relations.ts";
import { applyEvents } from "@newfeed/shared/testing/handle-events.ts";
import { openServiceDatabase } from "@newfeed/shared/testing/own-database.ts";
import { runJobs } from "@newfeed/shared/testing/run-jobs.ts";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readCurrentPage } from "./current-page.ts";
import { createHandlers, type Outcome } from "./handlers.ts";
import { listInbox } from "./inbox/inbox.ts";
import { createInboxBatch } from "./inbox/inbox-batch.ts";
import { createStore, type Store } from "./inbox/store.ts";
import { commented, event, fillInbox, liked, newAuthor } from "./inbox/testing.ts";
import { createJobs, oldNotifications } from "./jobs.ts";
import { notificationService } from "./service.ts";
import type { Appended } from "./streams/log.ts";

let database: RawDatabase;
let store: Store;
const appended: Appended[] = [];
const jobs = [...createJobs((entries) => void appended.push(...entries)), ...relationJobs];
beforeAll(async () => {
  database = await openServiceDatabase("notification_jobs", notificationService);
  store = createStore(database, () => {});
});
afterAll(async () => {
  await store.close();
  await database.close();
});

const handleEvents = createHandlers((outcome: Outcome) => void appended.push(...outcome.appended));
const apply = (...events: Event[]) => applyEvents(database, handleEvents, events);
const finish = async () => {
  while (await runJobs(database, jobs));
};
const list = async (userId: UserId) => (await listInbox(store, userId, { limit: 100 })).data;
const count = async (from: string, ...values: unknown[]) => (await database.query(`SELECT 1 FROM ${from}`, values)).length;
/** The ids that retractions named since the last call, and the most in one entry. */
function retracted(stream: string): { ids: Set<string>; most: number } {
  const items = appended
    .splice(0)
    .filter((entry) => entry.stream === stream)
    .flatMap(({ entries }) => entries.filter(({ type }) => type === "retract").map(({ data }) => data.items as { id: string }[]));
  return { ids: new Set(items.flat().map(({ id }) => id)), most: Math.max(0, ...items.map(({ length }) => length)) };
}
const published = (author: Author, postId: PostId) => {
  const at = new Date().toISOString();
  const post = { id: postId, author, title: null, content: "post", visibility: "public", status: "published", createdAt: at, updatedAt: at, revision: 1 };
  return event("post.created", { id: postId, revision: 1 }, author.id, { post } as never);
};
const people = (...authors: Author[]) => authors.map((user) => event("user.registered", { id: user.id, revision: 1 }, user.id, { user }));

test("a deleted post is in no inbox from then on, though very many notifications about it are still to be removed", async () => {
  const [owner, fan, postId, other] = [newAuthor(), newAuthor(), asPostId(uuidv7()), asPostId(uuidv7())];
  await apply(...people(owner, fan), published(owner, postId), published(owner, other));
  await fillInbox(database, owner.id, fan.id, 1_150, postId);
  for (const id of [postId, other]) await apply(liked(uuidv7(), 1, fan, id, owner.id));
  const [group] = await database.query<{ id: string }>("SELECT id FROM notification WHERE post_id = $1 AND group_key IS NOT NULL", [postId]);
  await database.query("INSERT INTO notification_actor (notification_id, actor_id) SELECT $1::uuid, gen_random_uuid() FROM generate_series(1, 900)", [
    group?.id,
  ]);
  await database.query("UPDATE notification SET count = 901 WHERE id = $1", [group?.id]);
  appended.length = 0;

  await apply(event("post.deleted", { id: postId, revision: 2 }, owner.id, { postId, authorId: owner.id }));
  expect((await list(owner.id)).map(({ type, data }) => [type, data.postId])).toEqual([
    ["post_liked", other],
    ["welcome", undefined],
  ]);
  expect(await count("notification WHERE post_id = $1", postId), "no event handler removes them all").toBe(1_051);
  await finish();
  expect([await count("notification WHERE post_id = $1", postId), await count("notification_actor WHERE notification_id = $1", group?.id)]).toEqual([0, 0]);
  expect(await store.unreadCount(owner.id)).toBe(2);
  const { ids, most } = retracted(streamOf.user(owner.id));
  expect(ids.size).toBe(1_151);
  expect(most, "one entry names as many as a batch has").toBeLessThanOrEqual(500);
});

test("a deleted user is in no inbox and no replay from then on, though very much is still to be removed", async () => {
  const [leaver, owner, friend, postId] = [newAuthor(), newAuthor(), newAuthor(), asPostId(uuidv7())];
  await apply(...people(leaver, owner, friend), published(owner, postId));
  await apply(commented({ id: asCommentId(uuidv7()), postId }, leaver, owner.id), commented({ id: asCommentId(uuidv7()), postId }, friend, owner.id));
  await fillInbox(database, owner.id, leaver.id, 700, postId);
  await fillInbox(database, leaver.id, friend.id, 700, postId);
  for (const user of [friend, leaver]) await apply(liked(uuidv7(), 1, user, postId, owner.id));
  const alone = Array.from({ length: 110 }, () => asPostId(uuidv7()));
  await apply(...alone.map((id) => liked(uuidv7(), 1, leaver, id, owner.id)));

  await apply(event("user.deleted", { id: leaver.id, revision: 2 }, leaver.id, { userId: leaver.id }));
  expect(await count("notification WHERE actor_id = $1 AND user_id = $2", leaver.id, owner.id), "no event handler removes them all").toBeGreaterThan(600);
  const shown = await list(owner.id);
  expect(shown.map(({ type, actor }) => [type, actor?.id])).toEqual([
    ["post_liked", friend.id],
    ["new_comment", friend.id],
    ["welcome", undefined],
  ]);
  const log = await readCurrentPage(database.query, streamOf.user(owner.id), 0, 1_000);
  expect(JSON.stringify([shown, log.entries.map(({ data }) => data)])).not.toContain(leaver.id);
  const replay = await readCurrentPage(database.query, streamOf.post(postId), 0, 100);
  expect(replay.entries.map(({ type, actorId }) => [type, actorId])).toEqual([
    ["blank", null],
    ["comment_created", friend.id],
  ]);
  expect(await count("notification WHERE user_id = $1", leaver.id)).toBe(601);

  await finish();
  for (const from of ["notification WHERE $1 IN (user_id, actor_id)", "notification_actor WHERE actor_id = $1", "inbox WHERE user_id = $1"])
    expect(await count(from, leaver.id), from).toBe(0);
  expect(await store.unreadCount(owner.id)).toBe(3);
  expect(await count("newfeed.job")).toBe(0);
});

test("a block hides very many notifications at once, and removes them in batches", async () => {
  const [owner, actor, postId] = [newAuthor(), newAuthor(), asPostId(uuidv7())];
  await apply(...people(owner, actor));
  await fillInbox(database, owner.id, actor.id, 700, postId);
  await apply(event("user.blocked", { id: uuidv7(), revision: 1 }, owner.id, { blockerId: owner.id, blockedId: actor.id }));
  expect((await list(owner.id)).map(({ type }) => type)).toEqual(["welcome"]);
  expect(await count("notification WHERE actor_id = $1", actor.id)).toBe(600);
  await finish();
  expect([await count("notification WHERE actor_id = $1", actor.id), await store.unreadCount(owner.id)]).toEqual([0, 1]);
});

test("a block takes its two users out of each other's groups, in batches, and out of no others", async () => {
  const [owner, actor, friend, other] = [newAuthor(), newAuthor(), newAuthor(), newAuthor()];
  await apply(...people(owner, actor, friend, other));
  const posts = Array.from({ length: 230 }, () => asPostId(uuidv7()));
  await apply(...posts.map((postId) => liked(uuidv7(), 1, actor, postId, owner.id)));
  const both = posts.slice(0, 5).map((postId) => liked(uuidv7(), 1, friend, postId, owner.id));
  await apply(...both, liked(uuidv7(), 1, actor, asPostId(uuidv7()), other.id));
  // As instances of an earlier version write them.
  await database.query(
    "UPDATE notification_actor SET user_id = NULL WHERE actor_id = $1 AND notification_id IN (SELECT id FROM notification WHERE post_id = ANY($2::uuid[]))",
    [actor.id, posts.slice(0, 3)],
  );
  await apply(event("user.blocked", { id: uuidv7(), revision: 1 }, owner.id, { blockerId: owner.id, blockedId: actor.id }));
  expect(await count("notification_actor WHERE actor_id = $1", actor.id), "no event handler leaves them all").toBe(231 - 100);
  await finish();
  expect(await count("notification_actor WHERE actor_id = $1", actor.id)).toBe(1);
  const left = (await list(owner.id)).filter(({ type }) => type === "post_liked");
  expect(left.map(({ actor, data }) => [actor?.id, data.count])).toEqual(Array.from({ length: 5 }, () => [friend.id, 1]));
  expect(await store.unreadCount(owner.id)).toBe(6);
  // They took that back, so that it is quiet when they do it again.
  expect(await count("withdrawal WHERE user_id = $1 AND actor_id = $2", owner.id, actor.id)).toBe(230);
});

test("who has left a group already is not taken out of it twice", async () => {
  const [owner, actor, friend, postId] = [newAuthor(), newAuthor(), newAuthor(), asPostId(uuidv7())];
  await apply(...people(owner, actor, friend));
  for (const user of [actor, friend, newAuthor()]) await apply(liked(uuidv7(), 1, user, postId, owner.id));
  const [group] = await database.query<{ id: string }>("SELECT id FROM notification WHERE post_id = $1", [postId]);
  for (let times = 0; times < 2; times++)
    await database.transaction(async (query) => {
      const inbox = createInboxBatch(query);
      await inbox.leaveGroups(actor.id, [asNotificationId(group?.id ?? "")]);
      await inbox.flush();
    });
  expect((await list(owner.id)).filter(({ type }) => type === "post_liked").map(({ data }) => data.count)).toEqual([2]);
});

test("notifications that have not changed for a year go in batches, counts and open pages follow, and a group that others join stays", async () => {
  const [owner, fan, postId] = [newAuthor(), newAuthor(), asPostId(uuidv7())];
  await apply(...people(owner, fan), published(owner, postId), liked(uuidv7(), 1, fan, postId, owner.id));
  const age = (days: number) => `now() - interval '${days} days'`;
  const insert = (type: string, n: number, made: number, changed: number, read = false) =>
    database.query(
      `INSERT INTO notification (id, user_id, type, actor_id, post_id, created_at, updated_at, read_at)
       SELECT uuidv7(-interval '${made} days'), $1, $2, $3, $4, ${age(made)}, ${age(changed)}, ${read ? age(changed) : "NULL"} FROM generate_series(1, ${n})`,
      [owner.id, type, fan.id, postId],
    );
  await insert("new_comment", 700, 400, 400);
  await insert("comment_reply", 500, 366, 366, true);
  await insert("mention", 1, 364, 364);
  await database.query("UPDATE inbox SET unread = unread + 701 WHERE user_id = $1", [owner.id]);
  // Older than a year, and liked again since.
  await database.query(`UPDATE notification SET id = uuidv7(-interval '400 days'), created_at = ${age(400)} WHERE user_id = $1 AND type = 'post_liked'`, [
    owner.id,
  ]);
  appended.length = 0;

  const removed: number[] = [];
  const { runSome } = oldNotifications(database, 365, (entries) => void appended.push(...entries));
  for (let some = await runSome(); some > 0; some = await runSome()) removed.push(some);
  expect(removed).toEqual([500, 500, 200]);
  expect((await list(owner.id)).map(({ type }) => type)).toEqual(["welcome", "mention", "post_liked"]);
  expect(await store.unreadCount(owner.id)).toBe(3);
  expect(retracted(streamOf.user(owner.id)).ids.size).toBe(1_200);
});
