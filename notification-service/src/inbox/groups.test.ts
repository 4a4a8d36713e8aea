import type { Author } from "@newfeed/shared/contracts/dto.ts";
import type { Event } from "@newfeed/shared/contracts/events.ts";
import { asPostId } from "@newfeed/shared/contracts/ids.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { applyEvents } from "@newfeed/shared/testing/handle-events.ts";
import { openServiceDatabase } from "@newfeed/shared/testing/own-database.ts";
import { rowsTouched } from "@newfeed/shared/testing/rows-touched.ts";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createHandlers } from "../handlers.ts";
import { notificationService } from "../service.ts";
import { event, fillInbox, liked, newAuthor } from "./testing.ts";

let database: RawDatabase;
const handleEvents = createHandlers(() => {});
beforeAll(async () => {
  database = await openServiceDatabase("groups", notificationService, 4);
});
afterAll(() => database.close());

const apply = (...events: Event[]) => applyEvents(database, handleEvents, events);
/** Rows that an event touches; it does not take effect. */
const cost = (...events: Event[]) =>
  rowsTouched(database, (query) => applyEvents({ transaction: (work) => work(query, (joined) => joined()) }, handleEvents, events));
/** What an index of thousands of times as many rows may cost more. */
const level = 10;
const newPost = () => asPostId(uuidv7());

/** An unread group of so many likes, the last one of `latest`; and the author's inbox behind it. */
async function likedPost(count: number, inbox = 0) {
  const [owner, latest, postId] = [newAuthor(), newAuthor(), newPost()];
  const id = uuidv7();
  await fillInbox(database, owner.id, latest.id, inbox, newPost());
  await database.query(
    "INSERT INTO notification (id, user_id, type, group_key, actor_id, post_id, count) VALUES ($1::uuid, $2::uuid, 'post_liked', 'post_liked:' || $3::uuid, $4::uuid, $3::uuid, $5::int)",
    [id, owner.id, postId, latest.id, count],
  );
  await database.query(
    `INSERT INTO notification_actor (notification_id, actor_id, user_id, added_at)
     SELECT $1::uuid, gen_random_uuid(), $2::uuid, now() - make_interval(secs => n) FROM generate_series(1, $3::int - 1) AS n
     UNION ALL SELECT $1::uuid, $4::uuid, $2::uuid, now()`,
    [id, owner.id, count, latest.id],
  );
  return { owner, latest, postId, id };
}
type Liked = Awaited<ReturnType<typeof likedPost>>;
const like = ({ postId, owner }: Pick<Liked, "postId" | "owner">, user: Author, revision = 1) => liked(uuidv7(), revision, user, postId, owner.id);
const groupOf = async ({ id }: Liked) =>
  (await database.query<{ count: number; actor_id: string }>("SELECT count, actor_id FROM notification WHERE id = $1", [id]))[0];
const actorsOf = async ({ id }: Liked) =>
  (await database.query<{ actor_id: string }>("SELECT actor_id FROM notification_actor WHERE notification_id = $1 ORDER BY added_at DESC", [id])).map(
    (row) => row.actor_id,
  );

describe("a group", () => {
  test("of 20,000 likes costs as much as one of ten: another like, the end of the latest one, and of any other", async () => {
    const [small, large] = [await likedPost(10), await likedPost(20_000)];
    await database.query("ANALYZE");
    const [anyone, other] = [newAuthor(), async (of: Liked) => ({ ...newAuthor(), id: (await actorsOf(of))[5] as Author["id"] })];
    for (const act of [async (of: Liked) => like(of, anyone), async (of: Liked) => like(of, of.latest, 2), async (of: Liked) => like(of, await other(of), 2)]) {
      const [some, many] = [await cost(await act(small)), await cost(await act(large))];
      expect(many).toBeLessThanOrEqual(some + level);
      expect(many).toBeLessThan(40);
    }
  });

  test("counts its actors one by one and shows the latest who is left", async () => {
    const post = await likedPost(5);
    const [bob, carol] = [newAuthor(), newAuthor()];
    await apply(like(post, bob));
    await apply(like(post, carol));
    expect(await groupOf(post)).toEqual({ count: 7, actor_id: carol.id });
    // Twice is once.
    await apply(like(post, bob));
    expect(await groupOf(post)).toEqual({ count: 7, actor_id: bob.id });
    const [, , , , second] = await actorsOf(post);
    await apply(like(post, { ...newAuthor(), id: second as Author["id"] }, 2));
    expect(await groupOf(post)).toEqual({ count: 6, actor_id: bob.id });
    await apply(like(post, bob, 2));
    expect(await groupOf(post)).toEqual({ count: 5, actor_id: carol.id });
    await apply(like(post, carol, 2));
    expect(await groupOf(post)).toEqual({ count: 4, actor_id: post.latest.id });
    for (const actor of await actorsOf(post)) {
      const { count } = (await groupOf(post)) as { count: number };
      expect(count).toBe((await actorsOf(post)).length);
      await apply(like(post, { ...newAuthor(), id: actor as Author["id"] }, 2));
    }
    expect(await groupOf(post)).toBeUndefined();
  });

  test("is found in an inbox of 20,000 as in one of ten when an actor leaves it, though it was read", async () => {
    const [small, large] = [await likedPost(3, 10), await likedPost(3, 20_000)];
    await database.query("UPDATE notification SET read_at = now() WHERE id = ANY($1::uuid[])", [[small.id, large.id]]);
    await database.query("ANALYZE");
    expect(await cost(like(large, large.latest, 2))).toBeLessThanOrEqual((await cost(like(small, small.latest, 2))) + level);
  });
});

describe("a block", () => {
  /** Somebody whose notifications are in many inboxes: of one comment and one like each. */
  async function busyActor(others: number) {
    const [actor, owner] = [newAuthor(), newAuthor()];
    const post = newPost();
    await fillInbox(database, owner.id, actor.id, 2, post);
    await apply(like({ postId: post, owner }, actor));
    await database.query(
      `WITH other AS (SELECT gen_random_uuid() AS id, gen_random_uuid() AS owner, gen_random_uuid() AS post FROM generate_series(1, $2::int)),
       grouped AS (
         INSERT INTO notification (id, user_id, type, group_key, actor_id, post_id) SELECT id, owner, 'post_liked', 'post_liked:' || post, $1::uuid, post FROM other
       ),
       actors AS (INSERT INTO notification_actor (notification_id, actor_id, user_id) SELECT id, $1::uuid, owner FROM other)
       INSERT INTO notification (id, user_id, type, actor_id, post_id, comment_id)
       SELECT gen_random_uuid(), owner, 'new_comment', $1::uuid, post, gen_random_uuid() FROM other`,
      [actor.id, others],
    );
    return { actor, owner, post };
  }
  const blocked = ({ owner, actor }: { owner: Author; actor: Author }) =>
    event("user.blocked", { id: uuidv7(), revision: 1 }, owner.id, { blockerId: owner.id, blockedId: actor.id });
  const between = async ({ owner, actor }: { owner: Author; actor: Author }) =>
    database.query("SELECT 1 FROM notification WHERE user_id = $1 AND actor_id = $2", [owner.id, actor.id]);

  test("takes what one user did to another out of their inbox, and does not read what they did to everyone else", async () => {
    const [quiet, busy] = [await busyActor(10), await busyActor(10_000)];
    await database.query("ANALYZE");
    expect(await cost(blocked(busy))).toBeLessThanOrEqual((await cost(blocked(quiet))) + level);
    // As instances of earlier versions write them.
    await database.query("UPDATE notification_actor SET user_id = NULL WHERE actor_id = $1", [quiet.actor.id]);
    for (const pair of [quiet, busy]) {
      expect(await between(pair)).toHaveLength(3);
      await apply(blocked(pair));
      expect(await between(pair)).toEqual([]);
    }
    expect(await database.query("SELECT 1 FROM notification WHERE actor_id = $1 AND group_key IS NOT NULL", [quiet.actor.id])).toHaveLength(10);
  });
});
