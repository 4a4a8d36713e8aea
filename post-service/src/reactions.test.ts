import { randomBytes } from "node:crypto";
import type { CommentState, Post } from "@newfeed/shared/contracts/dto.ts";
import { type Event, type EventOf, type EventType, parseEvent } from "@newfeed/shared/contracts/events.ts";
import { CreatePost } from "@newfeed/shared/contracts/routes/posts.ts";
import { encodeKey, pageFrom, windowOf } from "@newfeed/shared/http/cursors.ts";
import { enqueue } from "@newfeed/shared/outbox/enqueue.ts";
import type { Database } from "@newfeed/shared/ports/database.ts";
import { sweepRelations } from "@newfeed/shared/projections/relations.ts";
import { ensureDatabase, openDatabase } from "@newfeed/shared/runtime/database.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { migrate, plumbingMigrations, projectionMigrations } from "@newfeed/shared/runtime/migrate.ts";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { homeFeed } from "./home-feed.ts";
import { keptPosts, sweepFeeds } from "./kept-feeds.ts";
import { setLike } from "./likes.ts";
import { createMediaUrls } from "./media-urls.ts";
import { createPost, deletePost, updatePost } from "./posts.ts";
import { findPost } from "./queries.ts";
import { reactions } from "./reactions.ts";
import { createStore, type Store } from "./store.ts";

const threshold = 2;
const react = reactions(threshold);
let database: Database;
let store: Store;

beforeAll(async () => {
  const url = inject("databaseUrl");
  const name = `post_reactions_${randomBytes(6).toString("hex")}`;
  await ensureDatabase(url, name);
  database = openDatabase(Object.assign(new URL(url), { pathname: `/${name}` }).href, createLogger({ level: "error", json: false }));
  await migrate(database, plumbingMigrations, "newfeed");
  await migrate(database, projectionMigrations, "projection");
  await migrate(database, new URL("../prisma/migrations/", import.meta.url));
  store = createStore(database, () => {}, createMediaUrls("http://localhost/media"));
});
afterAll(async () => {
  await store.close();
  await database.close();
});

const apply = (...events: Event[]) =>
  database.transaction((query) =>
    react({ fresh: Promise.resolve(events), all: events }, { query, enqueue: (...facts) => enqueue(query, facts), afterCommit: () => {} }),
  );

/** Takes what the service has said since the last time. */
async function said(): Promise<Event[]> {
  const rows = await database.query<{ id: number; body: string }>(
    "WITH taken AS (UPDATE newfeed.outbox SET sent_at = now() WHERE sent_at IS NULL RETURNING id, body) SELECT * FROM taken ORDER BY id",
  );
  return rows.map((row) => parseEvent(row.body)).filter((event) => event !== undefined);
}

/** Lets the service react to what it said, until it has nothing more to say. */
async function settle(): Promise<Event[]> {
  const all: Event[] = [];
  for (let events = await said(); events.length > 0; events = await said()) {
    all.push(...events);
    await apply(...events);
  }
  return all;
}

const fact = <T extends EventType>(type: T, aggregate: { id: string; revision: number }, data: EventOf<T>["data"]): Event =>
  ({ id: uuidv7(), type, aggregate: { type: "any", ...aggregate }, actorId: null, occurredAt: new Date().toISOString(), correlationId: "test", data }) as Event;

const authorOf = (id: string) => ({ id, username: `u_${id.slice(-6)}`, fullName: "Somebody", avatarUrl: null });
async function person(): Promise<string> {
  const id = uuidv7();
  await apply(fact("user.registered", { id, revision: 1 }, { user: authorOf(id) }));
  return id;
}
const follow = (followerId: string, followeeId: string, revision = 1) =>
  fact("user.followed", { id: uuidv7(), revision }, { followerId, followeeId, follower: authorOf(followerId) });
const unfollow = (followerId: string, followeeId: string, revision: number) => fact("user.unfollowed", { id: uuidv7(), revision }, { followerId, followeeId });

const attachMedia = async () => ({ attached: [], links: [] });
/** So many posts, the newest first, as they stand after their fan-out. */
async function writeMany(authorId: string, count: number, age = "0 days"): Promise<string[]> {
  const rows = await database.query<{ id: string }>(
    `INSERT INTO post (id, author_id, content, post_type, visibility, status, attachments, links, published_at, created_at, updated_at)
     SELECT uuidv7(), $1::uuid, n::text, 'TEXT', 'public', 'published', '[]', '{}', at, at, at
     FROM generate_series(1, $2::int) n, LATERAL (SELECT now() - $3::interval - n * interval '1 second' AS at) moment RETURNING id`,
    [authorId, count, age],
  );
  return rows.map(({ id }) => id);
}
const itemsOf = async (userId: string) => (await database.query("SELECT 1 FROM feed_item WHERE user_id = $1", [userId])).length;
const write = (authorId: string, body: Partial<CreatePost> = {}): Promise<Post> =>
  createPost({ store, attachMedia }, authorId, CreatePost.parse({ content: "words", postType: "TEXT", ...body }), undefined, "test");
async function publish(authorId: string, body: Partial<CreatePost> = {}): Promise<string> {
  const { id } = await write(authorId, body);
  await settle();
  return id;
}

async function feedOf(userId: string): Promise<string[]> {
  const rows = await homeFeed(database, userId, windowOf({ limit: 100 }));
  return rows.map((row) => row.id);
}

/** The feed, read by its cursors, one post at a time if nothing else is said. */
async function feedByPages(userId: string, direction: "cursor" | "since" = "cursor", from?: string, limit = 1): Promise<string[]> {
  const window = windowOf({ limit, ...(from && { [direction]: from }) });
  const { data, pageInfo } = pageFrom(
    await homeFeed(database, userId, window),
    window,
    (row) => ({ at: row.published_at ?? row.created_at, id: row.id }),
    (row) => row.id,
  );
  return pageInfo.hasNextPage && pageInfo.endCursor ? [...data, ...(await feedByPages(userId, direction, pageInfo.endCursor, limit))] : data;
}

const countOf = async (postId: string, userId: string) => (await findPost(database.query, userId, postId))?.comment_count;

describe("an author who crosses the threshold of followers", () => {
  test("is lost from nobody's feed and stands in nobody's twice, on the way up and down", async () => {
    const [author, ann, ben, cem, dan] = [await person(), await person(), await person(), await person(), await person()];
    await apply(follow(ann, author), follow(ben, author));
    // Ann reads, so that her feed is kept from here on; the others come later.
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

  test("is read by whoever asks for newer posts, oldest first", async () => {
    const [author, ann, ben, cem] = [await person(), await person(), await person(), await person()];
    const first = await publish(ann);
    await apply(follow(ann, author), follow(ben, author));
    const small = await publish(author);
    await apply(follow(cem, author));
    const large = await publish(author);
    const window = windowOf({ limit: 1 });
    const { pageInfo } = pageFrom(
      (await homeFeed(database, ann, windowOf({ limit: 100 }))).filter((row) => row.id === first),
      window,
      (row) => ({ at: row.published_at ?? row.created_at, id: row.id }),
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
    await settle();
    expect(await feedOf(reader)).toEqual([id]);
  });

  test("has all that somebody wrote who is followed, however much, before and after it is kept", async () => {
    const [author, reader, late] = [await person(), await person(), await person()];
    const ids = await writeMany(author, 120);
    expect(await feedOf(reader)).toEqual([]);
    await apply(follow(reader, author), follow(late, author));
    for (const who of [reader, late]) {
      expect(await feedOf(who)).toEqual(ids.slice(0, 101));
      expect(await itemsOf(who)).toBe(120);
    }
  });

  test("is kept only for those who read it", async () => {
    const [author, reader, nobody] = [await person(), await person(), await person()];
    await apply(follow(reader, author), follow(nobody, author));
    await feedOf(reader);
    const id = await publish(author);
    expect([await itemsOf(reader), await itemsOf(nobody)]).toEqual([1, 0]);
    expect(await feedOf(nobody)).toEqual([id]);
  });

  test("is whole beyond what is kept, in both directions, and whoever joins it", async () => {
    const [author, other, large, reader] = [await person(), await person(), await person(), await person()];
    await apply(follow(reader, author), ...[other, await person(), await person()].map((fan) => follow(fan, large)), follow(reader, large));
    const [newest, older] = [await writeMany(author, keptPosts + 30, "1 hour"), await writeMany(other, 40, "2 hours")];
    const mine = await writeMany(reader, 1, "90 minutes");
    const merged = await writeMany(large, 20, "3 hours");
    merged.unshift(await publish(large));
    expect(await feedOf(reader)).toHaveLength(101);
    expect(await itemsOf(reader)).toBe(keptPosts);
    const all = [merged[0] as string, ...newest, ...mine, ...merged.slice(1)];
    expect(await feedByPages(reader, "cursor", undefined, 50)).toEqual(all);

    await apply(follow(reader, other));
    const withOther = [...all.slice(0, -20), ...older, ...merged.slice(1)];
    expect(await feedByPages(reader, "cursor", undefined, 100)).toEqual(withOther);
    const oldest = { at: new Date(0), id: "00000000-0000-7000-8000-000000000000" };
    expect(await feedByPages(reader, "since", encodeKey(oldest), 100)).toEqual([...withOther].reverse());
    const byNumber = await Promise.all([1, 2, 8].map((page) => homeFeed(database, reader, windowOf({ limit: 70, page }))));
    expect(byNumber.map((rows) => rows.slice(0, 70).map(({ id }) => id))).toEqual([0, 1, 7].map((page) => withOther.slice(page * 70, (page + 1) * 70)));
  });

  test("is cut to what is kept once a day, loses nothing by it, and is forgotten when nobody reads it any more", async () => {
    const [author, prolific, reader] = [await person(), await person(), await person()];
    await apply(follow(reader, author));
    const old = await writeMany(author, 3, "5 hours");
    expect(await feedOf(reader)).toEqual(old);
    const many = await writeMany(prolific, keptPosts - 1, "1 hour");
    await apply(follow(reader, prolific));
    expect(await itemsOf(reader)).toBe(keptPosts + 2);
    const age = (column: string, by: string) => database.query(`UPDATE feed_reader SET ${column} = now() - $2::interval WHERE user_id = $1`, [reader, by]);

    await age("trimmed_at", "25 hours");
    await sweepFeeds(database);
    expect(await itemsOf(reader)).toBe(keptPosts);
    expect(await feedByPages(reader, "cursor", undefined, 100)).toEqual([...many, ...old]);

    await age("seen_at", "29 days");
    expect(await feedOf(reader)).toHaveLength(101);
    await sweepFeeds(database);
    expect(await itemsOf(reader), "who came back within the month keeps it").toBe(keptPosts);
    await age("seen_at", "31 days");
    await sweepFeeds(database);
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
    await Promise.all([settle(), ...readers.map(feedOf), apply(...follows)]);
    await settle();
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
    await deletePost(store, author, id, "test");
    expect(await feedOf(reader)).toEqual([]);
    await settle();
    expect(await database.query("SELECT 1 FROM feed_item WHERE post_id = $1", [id])).toEqual([]);
  });

  test("takes no post whose deletion arrives before its publishing", async () => {
    const [author, reader] = [await person(), await person()];
    await apply(follow(reader, author));
    await feedOf(reader);
    const { id } = await write(author);
    await deletePost(store, author, id, "test");
    await apply(...(await said()).reverse());
    expect(await database.query("SELECT 1 FROM feed_item WHERE post_id = $1", [id])).toEqual([]);
  });

  test("shows a post for followers only while one follows, and nothing across a block", async () => {
    const [author, reader] = [await person(), await person()];
    await apply(follow(reader, author));
    const id = await publish(author, { visibility: "followers" });
    expect(await feedOf(reader)).toEqual([id]);
    await apply(fact("user.blocked", { id: uuidv7(), revision: 1 }, { blockerId: author, blockedId: reader }));
    expect(await feedOf(reader)).toEqual([]);
    expect(await findPost(database.query, reader, id)).toBeUndefined();
    expect(await feedOf(author)).toEqual([id]);
  });

  test("has a draft from the moment at which it is published", async () => {
    const [author, reader] = [await person(), await person()];
    await apply(follow(reader, author));
    const draft = await publish(author, { status: "draft" });
    const between = await publish(author);
    expect(await feedOf(reader)).toEqual([between]);
    await updatePost(store, author, draft, { status: "published" }, "test");
    await settle();
    expect(await feedOf(reader)).toEqual([draft, between]);
    expect(await feedByPages(author)).toEqual([draft, between]);
  });
});

describe("a post's comment count", () => {
  const comment = (id: string, postId: string, authorId: string): CommentState => ({
    id,
    postId,
    parentCommentId: null,
    author: authorOf(authorId),
    content: "hm",
    deleted: false,
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
    const factsOf = (commentId: string) => {
      const data = {
        comment: comment(commentId, id, author),
        authorId: author,
        postAuthorId: author,
        parentAuthorId: null,
        mentionedUserIds: [],
        visibility: "public" as const,
      };
      return {
        created: fact("comment.created", { id: commentId, revision: 1 }, data),
        updated: fact("comment.updated", { id: commentId, revision: 2 }, data),
        deleted: fact("comment.deleted", { id: commentId, revision: 3 }, { commentId, postId: id, authorId: author, deletedById: author }),
      };
    };
    const [one, two, three] = [factsOf(uuidv7()), factsOf(uuidv7()), factsOf(uuidv7())];
    await apply(one.created, one.updated, one.created);
    expect(await countOf(id, author)).toBe(1);
    await apply(two.updated, two.created);
    expect(await countOf(id, author)).toBe(2);
    await apply(three.deleted, three.created, three.updated);
    expect(await countOf(id, author)).toBe(2);
    await apply(one.deleted, one.deleted, one.updated, { ...one.updated, aggregate: { ...one.updated.aggregate, revision: 4 } });
    expect(await countOf(id, author)).toBe(1);
    expect(await findPost(database.query, author, id), "only a new count is a change").toMatchObject({ revision: 4 });
  });
});

describe("what happens to a post", () => {
  test("is said once, and only when something changed", async () => {
    const [author, fan] = [await person(), await person()];
    const types = async () => (await settle()).map((event) => event.type);
    await write(author);
    expect(await types()).toEqual(["post.created", "post.published"]);
    const mutation = { status: "draft", clientMutationId: "one" } as const;
    const { id } = await write(author, mutation);
    await write(author, mutation);
    expect(await types()).toEqual(["post.created"]);
    for (const _ of ["once", "twice"]) await updatePost(store, author, id, { status: "published", visibility: "followers" }, "test");
    expect(await settle()).toMatchObject([
      { type: "post.updated", aggregate: { id, revision: 2 }, data: { previousVisibility: "public", post: { visibility: "followers", status: "published" } } },
      { type: "post.published", aggregate: { id, revision: 2 }, data: { post: { clientMutationId: "one", author: authorOf(author) } } },
    ]);
    await apply(follow(fan, author));
    for (const liked of [false, true, true, false, false]) await setLike(store, fan, id, liked, "test");
    const data = { postId: id, postAuthorId: author, userId: fan, user: authorOf(fan), visibility: "followers" };
    expect(await settle()).toMatchObject([
      { type: "post.liked", actorId: fan, aggregate: { type: "post_like", revision: 2 }, data: { ...data, likeCount: 1 } },
      { type: "post.unliked", actorId: fan, aggregate: { type: "post_like", revision: 3 }, data: { ...data, likeCount: 0 } },
    ]);
    await deletePost(store, author, id, "test");
    expect(await settle()).toMatchObject([{ type: "post.deleted", aggregate: { id, revision: 5 }, data: { postId: id, authorId: author } }]);
  });
});

describe("a deleted user", () => {
  test("takes posts, likes, feed and names along, and says so of each", async () => {
    const [leaver, friend] = [await person(), await person()];
    await apply(follow(leaver, friend), follow(friend, leaver));
    const [theirs, theirDraft, friends] = [await publish(leaver), await publish(leaver, { status: "draft" }), await publish(friend)];
    await setLike(store, leaver, friends, true, "test");
    await setLike(store, friend, friends, true, "test");
    await setLike(store, leaver, theirs, true, "test");
    await settle();

    await apply(fact("user.deleted", { id: leaver, revision: 2 }, { userId: leaver }));
    const facts = await settle();
    expect(
      facts
        .filter((event) => event.type === "post.deleted")
        .map((event) => event.data.postId)
        .sort(),
    ).toEqual([theirs, theirDraft].sort());
    expect(facts.filter((event) => event.type === "post.unliked")).toMatchObject([
      { aggregate: { revision: 2 }, data: { postId: friends, userId: leaver, likeCount: 1, user: { username: "" } } },
    ]);
    expect(await findPost(database.query, friend, friends)).toMatchObject({ like_count: 1, liked_by_me: true });
    expect(await feedOf(friend)).toEqual([friends]);
    for (const [table, column] of [
      ["post", "author_id"],
      ["post_like", "user_id"],
      ["feed_item", "user_id"],
      ["feed_item", "author_id"],
      ["feed_reader", "user_id"],
      ["feed_source", "user_id"],
      ["projection.follow", "follower_id"],
      ["projection.follow", "followee_id"],
    ])
      expect(await database.query(`SELECT 1 FROM ${table} WHERE ${column} = $1`, [leaver]), `${table}.${column}`).toEqual([]);
    await expect(write(leaver)).rejects.toMatchObject({ code: "unauthenticated" });
  });

  test("has no follow afterwards that was on its way, in either direction", async () => {
    const [leaver, friend] = [await person(), await person()];
    await apply(fact("user.deleted", { id: leaver, revision: 2 }, { userId: leaver }));
    await apply(follow(leaver, friend), follow(friend, leaver));
    expect(await database.query("SELECT 1 FROM projection.follow WHERE $1 IN (follower_id, followee_id)", [leaver])).toEqual([]);
  });

  test("of whom very many relations are left loses the rest by and by", async () => {
    const leaver = await person();
    const fans = 12_000;
    await database.query(
      "INSERT INTO projection.follow (follower_id, followee_id, active, revision) SELECT gen_random_uuid(), $1::uuid, true, 1 FROM generate_series(1, $2::int)",
      [leaver, fans],
    );
    const left = async () => (await database.query("SELECT 1 FROM projection.follow WHERE followee_id = $1", [leaver])).length;
    await apply(fact("user.deleted", { id: leaver, revision: 2 }, { userId: leaver }));
    expect(await left(), "no reaction takes them all").toBeGreaterThan(fans / 2);
    await sweepRelations(database);
    expect(await left()).toBe(0);
    expect(await database.query("SELECT 1 FROM projection.departed")).toEqual([]);
  });
});
