import type { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import { windowOf } from "@newfeed/shared/store/cursors.ts";
import { v7 as uuidv7 } from "uuid";
import { afterAll, describe, expect, test } from "vitest";
import { deletePost, updatePost } from "../posts/posts.ts";
import { removeRepost, repost } from "../posts/reposts.ts";
import { eventOf, follow, openWorld, unfollow } from "../testing.ts";
import { homeFeed } from "./home-feed.ts";

const { database, store, feeds, apply, applyPending, person, publish, writeMany, feedOf, feedByPages, close } = await openWorld("reposts");
afterAll(close);

const people = (count: number) => Promise.all(Array.from({ length: count }, person)) as Promise<[UserId, UserId, UserId, UserId, UserId, UserId]>;
async function handOn(userId: UserId, postId: PostId): Promise<void> {
  await repost(store, userId, postId);
  await applyPending();
}
async function takeBack(userId: UserId, postId: PostId): Promise<void> {
  await removeRepost(store, userId, postId);
  await applyPending();
}
/** What brought each post of a feed there. */
const broughtBy = async (userId: UserId) => (await homeFeed(feeds, userId, windowOf({ limit: 100 }))).map(({ id, repostedBy }) => [id, repostedBy?.id ?? null]);
const block = (blockerId: UserId, blockedId: UserId) => eventOf("user.blocked", { id: uuidv7(), revision: 1 }, { blockerId, blockedId });
const itemsBy = async (reposter: UserId) => (await database.query("SELECT 1 FROM feed_item WHERE reposter_id = $1", [reposter])).length;
/** As many followers as make an author large here. */
const becomeLarge = async (author: UserId) => {
  for (const follower of await people(3)) await apply(follow(follower, author));
};

describe.each([
  { reposter: "few follow", isLarge: false },
  { reposter: "many follow", isLarge: true },
])("a repost by one whom $reposter", ({ isLarge }) => {
  async function stage() {
    const [author, bob, reader, late] = await people(4);
    if (isLarge) await becomeLarge(bob);
    await apply(follow(reader, bob));
    // The reader's feed is materialised from here on; the other comes later.
    expect(await feedOf(reader)).toEqual([]);
    return { author, bob, reader, late };
  }

  test("is in the feeds of followers, at its time, until it is taken back", async () => {
    const { author, bob, reader, late } = await stage();
    const [old, own] = [await publish(author), await publish(bob)];
    await handOn(bob, old);
    const newer = await publish(bob);
    await apply(follow(late, bob));
    for (const who of [reader, late]) {
      expect(await broughtBy(who)).toEqual([
        [newer, null],
        [old, bob],
        [own, null],
      ]);
      expect(await feedByPages(who)).toEqual([newer, old, own]);
    }
    expect(await itemsBy(bob)).toBe(isLarge ? 0 : 2);
    expect(await feedOf(bob), "one's own are not in one's feed").toEqual([newer, own]);

    // At once, before any event.
    await removeRepost(store, bob, old);
    expect(await feedOf(reader)).toEqual([newer, own]);
    await applyPending();
    expect(await itemsBy(bob)).toBe(0);
    await handOn(bob, old);
    expect(await broughtBy(reader), "again, at the new time").toEqual([
      [old, bob],
      [newer, null],
      [own, null],
    ]);
    await apply(unfollow(reader, bob, 2));
    expect(await feedOf(reader)).toEqual([]);
    await apply(follow(reader, bob, 3));
    expect(await feedOf(reader)).toEqual([old, newer, own]);
  });

  test("is not there where the reader has the post by its author, by a tag, or wrote it", async () => {
    const { author, bob, reader } = await stage();
    const tag = `tag${reader.slice(-8)}`;
    const [plain, tagged, mine] = [await publish(author), await publish(author, { content: `about #${tag}` }), await publish(reader)];
    for (const id of [mine, tagged, plain]) await handOn(bob, id);
    expect(await feedOf(reader)).toEqual([plain, tagged, mine]);
    await database.query("INSERT INTO tag_follow (user_id, tag) VALUES ($1, $2)", [reader, tag]);
    expect(await broughtBy(reader)).toEqual([
      [plain, bob],
      [mine, null],
      [tagged, null],
    ]);
    await apply(follow(reader, author));
    expect(await broughtBy(reader)).toEqual([
      [mine, null],
      [tagged, null],
      [plain, null],
    ]);
    await apply(unfollow(reader, author, 2));
    expect(await broughtBy(reader), "reposts have stayed").toEqual([
      [plain, bob],
      [mine, null],
      [tagged, null],
    ]);
  });

  test("is there once, by the first of those whom the reader follows, and by the next when that one is taken back", async () => {
    const { author, bob, reader } = await stage();
    const carol = await person();
    await apply(follow(reader, carol));
    const [post, between] = [await publish(author), await publish(carol)];
    await handOn(bob, post);
    await handOn(carol, between);
    await handOn(carol, post);
    expect(await broughtBy(reader)).toEqual([
      [post, bob],
      [between, null],
    ]);
    expect(await feedByPages(reader)).toEqual([post, between]);
    await takeBack(bob, post);
    expect(await broughtBy(reader)).toEqual([
      [post, carol],
      [between, null],
    ]);
    await handOn(bob, post);
    expect((await broughtBy(reader))[0], "the later one").toEqual([post, carol]);
    await apply(unfollow(reader, carol, 2));
    expect(await broughtBy(reader)).toEqual([[post, bob]]);
  });

  test("is hidden at once with the post, by blocks among the three, and where the author's account becomes private", async () => {
    const { bob, reader } = await stage();
    const [deleted, narrowed, byBlocked, byBlocker, byPrivate, byGone] = await people(6);
    const posts: PostId[] = [];
    for (const author of [deleted, narrowed, byBlocked, byBlocker, byPrivate, byGone]) posts.unshift(await publish(author));
    for (const id of posts.toReversed()) await handOn(bob, id);
    expect(await feedOf(reader)).toEqual(posts);
    const left = async (...authors: number[]) => expect(await feedOf(reader)).toEqual(authors.map((index) => posts[5 - index]));
    await deletePost(store, deleted, posts[5] as PostId);
    await left(5, 4, 3, 2, 1);
    await updatePost(store, narrowed, posts[4] as PostId, { visibility: "followers" });
    await left(5, 4, 3, 2);
    await apply(block(reader, byBlocked));
    await left(5, 4, 3);
    await apply(block(byBlocker, bob));
    await left(5, 4);
    await apply(eventOf("user.preferences_changed", { id: byPrivate, revision: 1 }, { userId: byPrivate, whoMayComment: "everyone", privateAccount: true }));
    await left(5);
    await apply(eventOf("user.deleted", { id: byGone, revision: 2 }, { userId: byGone }));
    await left();
    await applyPending();
    await left();
  });

  test("goes with its user", async () => {
    const { author, bob, reader } = await stage();
    const post = await publish(author);
    await handOn(bob, post);
    await apply(eventOf("user.deleted", { id: bob, revision: 2 }, { userId: bob }));
    expect(await feedOf(reader), "at once").toEqual([]);
    await applyPending();
    expect(await itemsBy(bob)).toBe(0);
    expect((await store.find(reader, post))?.repostCount).toBe(0);
  });

  test("is there among very many that do not show, and beyond what is materialised", async () => {
    const { author, bob, reader } = await stage();
    const carol = await person();
    await apply(follow(reader, carol));
    const first = await publish(author);
    const before = await publish(carol);
    const repostAt = (id: PostId, age: string) =>
      database.query("INSERT INTO post_repost (id, post_id, user_id, active, changed_at) VALUES (uuidv7(), $1::uuid, $2::uuid, true, now() - $3::interval)", [
        id,
        bob,
        age,
      ]);
    await database.query("UPDATE post SET published_at = now() - interval '3 days' WHERE id = ANY($1::uuid[])", [[before]]);
    await repostAt(first, "2 days");
    // Of Carol, whom the reader follows: all of them are in the feed already.
    for (const id of await writeMany(carol, 150, "10 days")) await repostAt(id, "1 hour");
    await database.query("DELETE FROM materialised_feed WHERE user_id = $1", [reader]);
    await database.query("DELETE FROM feed_item WHERE user_id = $1", [reader]);
    await database.query("DELETE FROM materialised_feed_author WHERE user_id = $1", [reader]);
    expect((await broughtBy(reader)).slice(0, 2)).toEqual([
      [first, bob],
      [before, null],
    ]);
    await database.query("UPDATE materialised_feed SET floor_at = now() - interval '1 hour', floor_id = uuidv7() WHERE user_id = $1", [reader]);
    expect((await broughtBy(reader)).slice(0, 2), "merged").toEqual([
      [first, bob],
      [before, null],
    ]);
    expect((await feedByPages(reader, "cursor", undefined, 50)).slice(0, 2)).toEqual([first, before]);
  });
});
