import type { Author } from "@newfeed/shared/contracts/dto.ts";
import type { Event } from "@newfeed/shared/contracts/events.ts";
import { asCommentId, asPostId, type CommentId, type PostId } from "@newfeed/shared/contracts/ids.ts";
import { streamOf } from "@newfeed/shared/contracts/sockets.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { applyEvents } from "@newfeed/shared/testing/handle-events.ts";
import { openServiceDatabase } from "@newfeed/shared/testing/own-database.ts";
import { rowsTouched } from "@newfeed/shared/testing/rows-touched.ts";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readCurrentPage } from "../current-page.ts";
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

describe("the log of an inbox", () => {
  const entriesOf = async (owner: Author) =>
    (await readCurrentPage(database.query, streamOf.user(owner.id), 0, 1_000)).entries.flatMap(({ offset, type, data }) =>
      type === "blank" ? [] : [{ offset, type, count: (data.data as { count: number }).count }],
    );

  test("holds the latest entry of a notification, so that one that was liked a hundred times is removed as one that was liked twice", async () => {
    const [few, many] = [newAuthor(), newAuthor()].map((owner) => ({ owner, postId: newPost(), commentId: asCommentId(uuidv7()) })) as [Comment, Comment];
    interface Comment {
      owner: Author;
      postId: PostId;
      commentId: CommentId;
    }
    const likeComment = ({ owner, postId, commentId }: Comment) => {
      const user = newAuthor();
      const data = { commentId, postId, commentAuthorId: owner.id, userId: user.id, user, likeCount: 1, content: "hello", visibility: "public" as const };
      return event("like.created", { id: uuidv7(), revision: 1 }, user.id, data);
    };
    // A small table is read as a whole.
    await database.query(
      `INSERT INTO stream_entry (stream, "offset", aggregate_type, aggregate_id, type, revision, data)
       SELECT 'user:other', n, 'notification', gen_random_uuid(), 'notification', 1, '{}' FROM generate_series(1, 20000) AS n`,
    );
    await database.query("ANALYZE");
    for (let times = 0; times < 2; times++) await apply(likeComment(few));
    for (let times = 0; times < 100; times++) await apply(likeComment(many));
    expect(await entriesOf(many.owner)).toEqual([{ offset: 100, type: "notification", count: 100 }]);
    expect(await cost(likeComment(many))).toBeLessThanOrEqual((await cost(likeComment(few))) + level);
    // Who liked it goes along with it.
    await database.query("DELETE FROM notification_actor");
    const removed = ({ commentId, postId, owner }: Comment) =>
      event("comment.deleted", { id: commentId, revision: 2 }, owner.id, { commentId, postId, authorId: owner.id, deletedById: owner.id });
    expect(await cost(removed(many))).toBeLessThanOrEqual((await cost(removed(few))) + level);
  });

  test("keeps what calls for attention beside a quiet change of it", async () => {
    const [owner, bob, carol, postId] = [newAuthor(), newAuthor(), newAuthor(), newPost()];
    const [ofBob, ofCarol] = [uuidv7(), uuidv7()];
    await apply(liked(ofBob, 1, bob, postId, owner.id));
    await apply(liked(ofCarol, 1, carol, postId, owner.id));
    await apply(liked(ofCarol, 2, carol, postId, owner.id));
    for (const revision of [3, 4, 5]) await apply(liked(ofCarol, revision, carol, postId, owner.id));
    expect(await entriesOf(owner)).toEqual([
      { offset: 3, type: "notification", count: 2 },
      { offset: 6, type: "notification_updated", count: 2 },
    ]);
  });
});

describe("a block", () => {
  /** A user whose notifications are in many inboxes, of one comment and one like each, and another with as many of others. */
  async function busyActor(others: number) {
    const [actor, owner] = [newAuthor(), newAuthor()];
    const post = newPost();
    await fillInbox(database, owner.id, actor.id, 2, post);
    await fillInbox(database, owner.id, newAuthor().id, others, post);
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
