import { encodeKey, pageFrom, windowOf } from "@newfeed/shared/store/cursors.ts";
import { v7 as uuidv7 } from "uuid";
import { afterAll, describe, expect, test } from "vitest";
import { deletePost, updatePost } from "../posts/posts.ts";
import { eventOf, follow, openWorld, unfollow } from "../testing.ts";
import { homeFeed, placeOf } from "./home-feed.ts";
import { heldPosts } from "./store.ts";

const { database, store, feeds, apply, takeEvents, applyPending, person, writeMany, itemsOf, write, publish, feedOf, feedByPages, close } =
  await openWorld("feeds");
afterAll(close);

describe("an author who crosses the threshold of followers", () => {
  test("appears once in every follower's feed, on the way up and down", async () => {
    const [author, ann, ben, cem, dan] = [await person(), await person(), await person(), await person(), await person()];
    await apply(follow(ann, author), follow(ben, author));
    // Ann reads, so that her feed is materialised from here on; the others come later.
    expect(await feedOf(ann)).toEqual([]);
    const small = await publish(author);
    await apply(follow(cem, author));
    const large = await publish(author);
    for (const reader of [ann, ben, cem]) expect(await feedOf(reader)).toEqual([large, small]);

    await apply(unfollow(cem, author, 2));
    expect(await feedOf(cem)).toEqual([]);
    const smallAgain = await publish(author);
    await apply(follow(dan, author));
    const largeAgain = await publish(author);
    const all = [largeAgain, smallAgain, large, small];
    for (const reader of [ann, ben, dan, author]) {
      expect(await feedOf(reader)).toEqual(all);
      expect(await feedByPages(reader)).toEqual(all);
    }
    // Once large, always merged: no further post is written into feeds.
    expect(await database.query("SELECT DISTINCT post_id FROM feed_item WHERE author_id = $1", [author])).toEqual([{ post_id: small }]);
  });

  test("gives its newer posts oldest first", async () => {
    const [author, ann, ben, cem] = [await person(), await person(), await person(), await person()];
    const first = await publish(ann);
    await apply(follow(ann, author), follow(ben, author));
    const small = await publish(author);
    await apply(follow(cem, author));
    const large = await publish(author);
    const window = windowOf({ limit: 1 });
    const { pageInfo } = pageFrom(
      (await homeFeed(feeds, ann, windowOf({ limit: 100 }))).filter((row) => row.id === first),
      window,
      placeOf,
      (row) => row.id,
    );
    expect(await feedByPages(ann, "since", pageInfo.startCursor ?? "")).toEqual([small, large]);
  });
});

describe("a home feed", () => {
  test("has a post whose author was followed between its publishing and its fan-out", async () => {
    const [author, reader] = [await person(), await person()];
    expect(await feedOf(reader)).toEqual([]);
    const { id } = await write(author);
    await apply(follow(reader, author));
    await applyPending();
    expect(await feedOf(reader)).toEqual([id]);
  });

  test("has all posts of a followee, however many, before and after it is materialised", async () => {
    const [author, reader, late] = [await person(), await person(), await person()];
    const ids = await writeMany(author, 120);
    expect(await feedOf(reader)).toEqual([]);
    await apply(follow(reader, author), follow(late, author));
    for (const who of [reader, late]) {
      expect(await feedOf(who)).toEqual(ids.slice(0, 101));
      expect(await itemsOf(who)).toBe(120);
    }
  });

  test("is materialised only for those who read it", async () => {
    const [author, reader, inactive] = [await person(), await person(), await person()];
    await apply(follow(reader, author), follow(inactive, author));
    await feedOf(reader);
    const id = await publish(author);
    expect([await itemsOf(reader), await itemsOf(inactive)]).toEqual([1, 0]);
    expect(await feedOf(inactive)).toEqual([id]);
  });

  test("is complete beyond what is materialised, in both directions, also after a follow", async () => {
    const [author, other, large, reader] = [await person(), await person(), await person(), await person()];
    await apply(follow(reader, author), ...[other, await person(), await person()].map((fan) => follow(fan, large)), follow(reader, large));
    const [newest, older] = [await writeMany(author, heldPosts + 30, "1 hour"), await writeMany(other, 40, "2 hours")];
    const mine = await writeMany(reader, 1, "90 minutes");
    const merged = await writeMany(large, 20, "3 hours");
    merged.unshift(await publish(large));
    expect(await feedOf(reader)).toHaveLength(101);
    expect(await itemsOf(reader)).toBe(heldPosts);
    const all = [merged[0] as string, ...newest, ...mine, ...merged.slice(1)];
    expect(await feedByPages(reader, "cursor", undefined, 50)).toEqual(all);

    await apply(follow(reader, other));
    const withOther = [...all.slice(0, -20), ...older, ...merged.slice(1)];
    expect(await feedByPages(reader, "cursor", undefined, 100)).toEqual(withOther);
    const oldest = { at: new Date(0), id: "00000000-0000-7000-8000-000000000000" };
    expect(await feedByPages(reader, "since", encodeKey(oldest), 100)).toEqual([...withOther].reverse());
    const byNumber = await Promise.all([1, 2, 8].map((page) => homeFeed(feeds, reader, windowOf({ limit: 70, page }))));
    expect(byNumber.map((rows) => rows.slice(0, 70).map(({ id }) => id))).toEqual([0, 1, 7].map((page) => withOther.slice(page * 70, (page + 1) * 70)));
  });

  test("is cut to what it holds once a day, loses nothing by it, and is removed when it is not read any more", async () => {
    const [author, prolific, reader] = [await person(), await person(), await person()];
    await apply(follow(reader, author));
    const old = await writeMany(author, 3, "5 hours");
    expect(await feedOf(reader)).toEqual(old);
    const many = await writeMany(prolific, heldPosts - 1, "1 hour");
    await apply(follow(reader, prolific));
    expect(await itemsOf(reader)).toBe(heldPosts + 2);
    const age = (column: string, by: string) =>
      database.query(`UPDATE materialised_feed SET ${column} = now() - $2::interval WHERE user_id = $1`, [reader, by]);

    const cleanUp = async () => {
      for (const { runSome } of feeds.retention) expect(await runSome()).toBeLessThanOrEqual(1);
    };

    await age("trimmed_at", "25 hours");
    await cleanUp();
    expect(await itemsOf(reader)).toBe(heldPosts);
    expect(await feedByPages(reader, "cursor", undefined, 100)).toEqual([...many, ...old]);

    await age("seen_at", "29 days");
    expect(await feedOf(reader)).toHaveLength(101);
    await cleanUp();
    expect(await itemsOf(reader), "a reader who came back within the month keeps it").toBe(heldPosts);
    await age("seen_at", "31 days");
    await cleanUp();
    expect(await itemsOf(reader)).toBe(0);
    expect(await feedByPages(reader, "cursor", undefined, 100)).toEqual([...many, ...old]);
  });

  test("that is filled while follows, posts and a crossing of the threshold arrive has them all", async () => {
    const authors = await Promise.all(Array.from({ length: 6 }, person));
    const readers = await Promise.all(Array.from({ length: 8 }, person));
    await apply(...readers.flatMap((reader) => authors.slice(0, 3).map((author) => follow(reader, author))));
    const before = (await Promise.all(authors.map((author) => writeMany(author, 5, "1 hour")))).flat();
    const written = await Promise.all(authors.map(async (author) => (await write(author)).id));
    const follows = readers.flatMap((reader) => authors.slice(3).map((author) => follow(reader, author)));
    await Promise.all([applyPending(), ...readers.map(feedOf), apply(...follows)]);
    await applyPending();
    for (const reader of readers) expect(new Set(await feedOf(reader))).toEqual(new Set([...before, ...written]));
  });

  test("ignores a follow that comes after the unfollow which followed it", async () => {
    const [author, reader] = [await person(), await person()];
    await publish(author);
    await apply(unfollow(reader, author, 2), follow(reader, author, 1));
    expect(await feedOf(reader)).toEqual([]);
  });

  test("shows nothing of a row that is left over from a follow that ended", async () => {
    const [author, reader] = [await person(), await person()];
    const id = await publish(author);
    expect(await feedOf(reader)).toEqual([]);
    await database.query("INSERT INTO feed_item SELECT $1::uuid, published_at, id, author_id FROM post WHERE id = $2::uuid", [reader, id]);
    expect(await feedOf(reader)).toEqual([]);
  });

  test("loses a deleted post at once, and its rows soon after", async () => {
    const [author, reader] = [await person(), await person()];
    await apply(follow(reader, author));
    await feedOf(reader);
    const id = await publish(author);
    expect(await itemsOf(reader)).toBe(1);
    await deletePost(store, author, id);
    expect(await feedOf(reader)).toEqual([]);
    await applyPending();
    expect(await database.query("SELECT 1 FROM feed_item WHERE post_id = $1", [id])).toEqual([]);
  });

  test("takes no post whose deletion arrives before its publishing", async () => {
    const [author, reader] = [await person(), await person()];
    await apply(follow(reader, author));
    await feedOf(reader);
    const { id } = await write(author);
    await deletePost(store, author, id);
    await apply(...(await takeEvents()).reverse());
    expect(await database.query("SELECT 1 FROM feed_item WHERE post_id = $1", [id])).toEqual([]);
  });

  test("shows a post for followers only while one follows, and nothing across a block", async () => {
    const [author, reader] = [await person(), await person()];
    await apply(follow(reader, author));
    const id = await publish(author, { visibility: "followers" });
    expect(await feedOf(reader)).toEqual([id]);
    await apply(eventOf("user.blocked", { id: uuidv7(), revision: 1 }, { blockerId: author, blockedId: reader }));
    expect(await feedOf(reader)).toEqual([]);
    expect(await store.find(reader, id)).toBeUndefined();
    expect(await feedOf(author)).toEqual([id]);
  });

  test("has a draft from the moment at which it is published", async () => {
    const [author, reader] = [await person(), await person()];
    await apply(follow(reader, author));
    const draft = await publish(author, { status: "draft" });
    const between = await publish(author);
    expect(await feedOf(reader)).toEqual([between]);
    await updatePost(store, author, draft, { status: "published" });
    await applyPending();
    expect(await feedOf(reader)).toEqual([draft, between]);
    expect(await feedByPages(author)).toEqual([draft, between]);
  });

  test("has each post with followed tags once, newest first to the end, past those that are not seen", async () => {
    const [author, closed, reader] = [await person(), await person(), await person()];
    await database.query("INSERT INTO tag_follow (user_id, tag) SELECT $1::uuid, unnest(ARRAY['one', 'two', 'three', 'none'])", [reader]);
    const all: string[] = [];
    for (let n = 0; n < 35; n++) all.unshift((await write(author, { content: `#two ${n % 2 === 0 ? "#one #three" : ""}` })).id);
    for (let n = 0; n < 70; n++) await write(closed, { content: "#one #three" });
    all.unshift((await write(author, { content: "#three #two" })).id);
    await apply(eventOf("user.preferences_changed", { id: closed, revision: 2 }, { userId: closed, whoMayComment: "everyone", privateAccount: true }));
    expect(await feedOf(reader)).toEqual(all);
    for (const limit of [1, 20]) expect(await feedByPages(reader, "cursor", undefined, limit)).toEqual(all);
    expect(await feedByPages(reader, "since", encodeKey({ at: new Date(0), id: uuidv7() }), 20)).toEqual(all.toReversed());
    const numbered = await homeFeed(feeds, reader, windowOf({ limit: 20, page: 2 }));
    expect(numbered.map(({ id }) => id)).toEqual(all.slice(20));
  });
});
