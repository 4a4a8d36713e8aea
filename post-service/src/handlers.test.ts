import type { EventComment } from "@newfeed/shared/contracts/event-data.ts";
import type { Event } from "@newfeed/shared/contracts/events.ts";
import { asCommentId, type CommentId, type PostId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import { relationRetention } from "@newfeed/shared/projections/relations.ts";
import { windowOf } from "@newfeed/shared/store/cursors.ts";
import { v7 as uuidv7 } from "uuid";
import { afterAll, describe, expect, test } from "vitest";
import { setLike } from "./posts/likes.ts";
import { deletePost, updatePost } from "./posts/posts.ts";
import { authorOf, eventOf, follow, openWorld, unfollow } from "./testing.ts";

const { database, store, apply, applyPending, person, write, writeMany, publish, feedOf, countOf, close } = await openWorld("post_reactions");
afterAll(close);

describe("whose comments an author takes", () => {
  test("is what the newest event says, whatever comes later, and is forgotten with the author", async () => {
    const [author, reader] = [await person(), await person()];
    const id = await publish(author);
    const changed = (whoMayComment: string, revision: number) =>
      eventOf("user.preferences_changed", { id: author, revision }, { userId: author, whoMayComment, privateAccount: false });
    const mayComment = async (viewer: UserId | null) => (await store.visibleTo(viewer, [id]))[0]?.mayComment;
    expect([await mayComment(reader), await mayComment(null)]).toEqual([true, true]);
    await apply(changed("following", 4));
    await apply(changed("everyone", 3));
    expect([await mayComment(reader), await mayComment(null), await mayComment(author)]).toEqual([false, false, true]);
    await apply(follow(author, reader));
    expect(await mayComment(reader)).toBe(true);
    await apply(changed("a name that only newer versions know", 5));
    expect([await mayComment(reader), await mayComment(author)]).toEqual([false, true]);
    await apply(eventOf("user.deleted", { id: author, revision: 9 }, { userId: author }));
    await apply(changed("nobody", 6));
    expect(await database.query("SELECT 1 AS one FROM projection.preferences WHERE user_id = $1", [author])).toEqual([]);
    await applyPending();
  });
});

describe("the posts of an account that becomes private", () => {
  const first = windowOf({ limit: 100 });
  const changed = (author: UserId, privateAccount: boolean, revision: number) =>
    eventOf("user.preferences_changed", { id: author, revision }, { userId: author, whoMayComment: "everyone", privateAccount });

  test("are hidden from the first moment, however many they are, and follow with an event each; the other way, too", async () => {
    const [author, fan, stranger] = [await person(), await person(), await person()];
    await apply(follow(fan, author));
    const chosen = await publish(author, { visibility: "followers" });
    const ids = await writeMany(author, 230);
    const seenBy = async (viewer: UserId | null) => {
      const listed = [await store.publicPosts(viewer, first), await store.postsOf(viewer, author, first)].map(
        (rows) => rows.filter((row) => row.author.id === author).length,
      );
      return [...listed, (await store.visibleTo(viewer, ids)).length];
    };
    expect(await seenBy(stranger)).toEqual([101, 101, 230]);

    await apply(changed(author, true, 2));
    expect([await seenBy(stranger), await seenBy(null)]).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(await seenBy(fan)).toEqual([0, 101, 230]);
    const published = (events: Event[]) =>
      events.flatMap((event) =>
        event.type === "post.updated" ? [`${event.data.previousVisibility} ${event.data.post.visibility} ${event.data.post.revision}`] : [],
      );
    expect(published(await applyPending())).toEqual(Array(230).fill("public followers 2"));
    expect(await store.find(fan, chosen)).toMatchObject({ visibility: "followers", revision: 1 });
    const during = await publish(author);
    expect(await store.find(author, during)).toMatchObject({ visibility: "followers", revision: 1 });

    await apply(changed(author, false, 3));
    expect(published(await applyPending()).sort()).toEqual(["followers public 2", ...Array(230).fill("followers public 3")]);
    expect(await seenBy(stranger)).toEqual([101, 101, 230]);
    expect([await store.find(stranger, chosen), (await store.find(stranger, during))?.visibility]).toEqual([undefined, "public"]);
    await apply(changed(author, true, 2));
    expect((await seenBy(stranger)).at(-1), "an older event").toBe(230);
  });
});

describe("a post's comment count", () => {
  const comment = (id: CommentId, postId: PostId, authorId: UserId): EventComment => ({
    id,
    postId,
    parentCommentId: null,
    rootCommentId: null,
    depth: 0,
    author: authorOf(authorId),
    content: "hm",
    deleted: false,
    held: null,
    likeCount: 0,
    replyCount: 0,
    clientMutationId: null,
    createdAt: new Date().toISOString(),
    updatedAt: new Date().toISOString(),
    revision: 1,
  });

  test("is right in whatever order creation, change and deletion arrive, and however often", async () => {
    const author = await person();
    const id = await publish(author);
    const eventsOf = (commentId: CommentId) => {
      const data = {
        comment: comment(commentId, id, author),
        authorId: author,
        postAuthorId: author,
        parentAuthorId: null,
        mentionedUserIds: [],
        visibility: "public" as const,
      };
      return {
        created: eventOf("comment.created", { id: commentId, revision: 1 }, data),
        updated: eventOf("comment.updated", { id: commentId, revision: 2 }, data),
        deleted: eventOf("comment.deleted", { id: commentId, revision: 3 }, { commentId, postId: id, authorId: author, deletedById: author }),
      };
    };
    const [one, two, three] = [eventsOf(asCommentId(uuidv7())), eventsOf(asCommentId(uuidv7())), eventsOf(asCommentId(uuidv7()))];
    await apply(one.created, one.updated, one.created);
    expect(await countOf(id, author)).toBe(1);
    await apply(two.updated, two.created);
    expect(await countOf(id, author)).toBe(2);
    await apply(three.deleted, three.created, three.updated);
    expect(await countOf(id, author)).toBe(2);
    await apply(one.deleted, one.deleted, one.updated, { ...one.updated, aggregate: { ...one.updated.aggregate, revision: 4 } });
    expect(await countOf(id, author)).toBe(1);
    expect(await store.find(author, id), "only a new count is a change").toMatchObject({ revision: 4 });
  });
});

describe("what happens to a post", () => {
  test("is said once, and only when something changed", async () => {
    const [author, fan] = [await person(), await person()];
    const types = async () => (await applyPending()).map((event) => event.type);
    await write(author);
    expect(await types()).toEqual(["post.created", "post.published"]);
    const mutation = { status: "draft", clientMutationId: "one" } as const;
    const { id } = await write(author, mutation);
    await write(author, mutation);
    expect(await types()).toEqual(["post.created"]);
    for (const _ of ["once", "twice"]) await updatePost(store, author, id, { status: "published", visibility: "followers" });
    expect(await applyPending()).toMatchObject([
      { type: "post.updated", aggregate: { id, revision: 2 }, data: { previousVisibility: "public", post: { visibility: "followers", status: "published" } } },
      { type: "post.published", aggregate: { id, revision: 2 }, data: { post: { clientMutationId: "one", author: authorOf(author) } } },
    ]);
    await apply(follow(fan, author));
    for (const liked of [false, true, true, false, false]) await setLike(store, fan, id, liked);
    const data = { postId: id, postAuthorId: author, userId: fan, user: authorOf(fan), visibility: "followers" };
    expect(await applyPending()).toMatchObject([
      { type: "post.liked", actorId: fan, aggregate: { type: "post_like", revision: 2 }, data: { ...data, likeCount: 1 } },
      { type: "post.unliked", actorId: fan, aggregate: { type: "post_like", revision: 3 }, data: { ...data, likeCount: 0 } },
    ]);
    await deletePost(store, author, id);
    expect(await applyPending()).toMatchObject([{ type: "post.deleted", aggregate: { id, revision: 5 }, data: { postId: id, authorId: author } }]);
  });
});

describe("a deleted user", () => {
  test("takes posts, likes, feed and names along, and says so of each", async () => {
    const [leaver, friend] = [await person(), await person()];
    await apply(follow(leaver, friend), follow(friend, leaver));
    const [theirs, theirDraft, friends] = [await publish(leaver), await publish(leaver, { status: "draft" }), await publish(friend)];
    await setLike(store, leaver, friends, true);
    await setLike(store, friend, friends, true);
    await setLike(store, leaver, theirs, true);
    await applyPending();

    await apply(eventOf("user.deleted", { id: leaver, revision: 2 }, { userId: leaver }));
    const events = await applyPending();
    expect(
      events
        .filter((event) => event.type === "post.deleted")
        .map((event) => event.data.postId)
        .sort(),
    ).toEqual([theirs, theirDraft].sort());
    expect(events.filter((event) => event.type === "post.unliked")).toMatchObject([
      { aggregate: { revision: 2 }, data: { postId: friends, userId: leaver, likeCount: 1, user: { username: "" } } },
    ]);
    expect(await store.find(friend, friends)).toMatchObject({ likeCount: 1, likedByMe: true });
    expect(await feedOf(friend)).toEqual([friends]);
    for (const [table, column] of [
      ["post", "author_id"],
      ["post_like", "user_id"],
      ["feed_item", "user_id"],
      ["feed_item", "author_id"],
      ["materialised_feed", "user_id"],
      ["materialised_feed_author", "user_id"],
      ["projection.follow", "follower_id"],
      ["projection.follow", "followee_id"],
    ])
      expect(await database.query(`SELECT 1 FROM ${table} WHERE ${column} = $1`, [leaver]), `${table}.${column}`).toEqual([]);
    await expect(write(leaver)).rejects.toMatchObject({ code: "unauthenticated" });
  });

  test("has no follow afterwards that was on its way, in either direction", async () => {
    const [leaver, friend] = [await person(), await person()];
    await apply(eventOf("user.deleted", { id: leaver, revision: 2 }, { userId: leaver }));
    await apply(follow(leaver, friend), follow(friend, leaver));
    expect(await database.query("SELECT 1 FROM projection.follow WHERE $1 IN (follower_id, followee_id)", [leaver])).toEqual([]);
  });

  test("of whom very many relations are left loses the rest in the background", async () => {
    const leaver = await person();
    const fans = 1_200;
    await database.query(
      "INSERT INTO projection.follow (follower_id, followee_id, active, revision) SELECT gen_random_uuid(), $1::uuid, true, 1 FROM generate_series(1, $2::int)",
      [leaver, fans],
    );
    const left = async () => (await database.query("SELECT 1 FROM projection.follow WHERE followee_id = $1", [leaver])).length;
    await apply(eventOf("user.deleted", { id: leaver, revision: 2 }, { userId: leaver }));
    expect(await left(), "no event handler takes them all").toBeGreaterThan(fans / 2);
    await applyPending();
    expect(await left()).toBe(0);
  });

  test("shows nothing from then on, though very many posts are still to be removed", async () => {
    const [leaver, friend] = [await person(), await person()];
    await apply(follow(friend, leaver));
    const [liked] = await writeMany(leaver, 700);
    const [other] = [await publish(friend)];
    expect(await feedOf(friend)).toHaveLength(101);
    await setLike(store, leaver, other, true);
    await setLike(store, friend, liked as PostId, true);
    await applyPending();

    await apply(eventOf("user.deleted", { id: leaver, revision: 2 }, { userId: leaver }));
    const left = async () => (await database.query("SELECT 1 FROM post WHERE author_id = $1", [leaver])).length;
    expect(await left()).toBe(600);
    for (const viewer of [friend, leaver, null]) {
      const shown = await store.publicPosts(viewer, windowOf({ limit: 100 }));
      expect([shown[0]?.id, shown.filter(({ author }) => author.id === leaver)]).toEqual([other, []]);
    }
    for (const viewer of [friend, leaver]) expect(await feedOf(viewer)).toEqual(viewer === friend ? [other] : []);
    expect(await store.postsOf(friend, leaver, windowOf({ limit: 100 }))).toEqual([]);
    const [hidden] = await database.query<{ id: PostId }>("SELECT id FROM post WHERE author_id = $1", [leaver]);
    expect(await store.find(friend, (hidden as { id: PostId }).id)).toBeUndefined();
    await expect(setLike(store, friend, (hidden as { id: PostId }).id, true)).rejects.toMatchObject({ code: "not_found" });

    const events = await applyPending();
    expect(await left()).toBe(0);
    expect(events.filter(({ type }) => type === "post.deleted")).toHaveLength(700);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    for (const table of ["post_like", "feed_item", "newfeed.job", "newfeed.bulk_event"])
      expect(await database.query(`SELECT 1 FROM ${table} t WHERE t::text LIKE '%' || $1 || '%'`, [leaver]), table).toEqual([]);
  });
});

describe("a follow that ended", () => {
  const revisionsOf = (follower: UserId) => database.query("SELECT active, revision FROM projection.follow WHERE follower_id = $1", [follower]);
  const age = (follower: UserId, days: number) =>
    database.query("UPDATE projection.follow SET changed_at = now() - make_interval(days => $2) WHERE follower_id = $1", [follower, days]);
  const forgetEnded = async () => {
    for (const { name, runSome } of relationRetention(database)) if (name === "ended_follow_copies") while (await runSome());
  };

  test("is remembered for three months, so that an older event changes nothing, and then goes", async () => {
    const [fan, author] = [await person(), await person()];
    await apply(unfollow(fan, author, 8), follow(fan, author, 7));
    await age(fan, 89);
    await forgetEnded();
    expect(await revisionsOf(fan)).toEqual([{ active: false, revision: 8 }]);
    await age(fan, 91);
    await forgetEnded();
    expect(await revisionsOf(fan)).toEqual([]);
  });

  test("longer ago counts as none, though it is still here: its owner has begun to count anew", async () => {
    const [fan, author] = [await person(), await person()];
    await apply(unfollow(fan, author, 8));
    await apply(follow(fan, author));
    expect(await revisionsOf(fan)).toEqual([{ active: false, revision: 8 }]);
    await age(fan, 91);
    await apply(follow(fan, author));
    expect(await revisionsOf(fan)).toEqual([{ active: true, revision: 1 }]);
  });
});

test("an unlike goes half a year later; a like stays", async () => {
  const [author, fan] = [await person(), await person()];
  const [liked, unliked] = [await publish(author), await publish(author)];
  for (const id of [liked, unliked]) await setLike(store, fan, id, true);
  await setLike(store, fan, unliked, false);
  const runLikes = async () => {
    for (const { name, runSome } of store.retention) if (name === "ended_likes") return runSome();
    return undefined;
  };
  expect(await runLikes()).toBe(0);
  await database.query("UPDATE post_like SET changed_at = now() - interval '181 days' WHERE user_id = $1", [fan]);
  expect(await runLikes()).toBe(1);
  expect(await database.query("SELECT post_id AS id FROM post_like WHERE user_id = $1", [fan])).toEqual([{ id: liked }]);
});
