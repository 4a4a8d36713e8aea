import type { Author } from "@newfeed/shared/contracts/dto.ts";
import type { EventPost } from "@newfeed/shared/contracts/event-data.ts";
import { asPostId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { runJobs } from "@newfeed/shared/testing/run-jobs.ts";
import { v7 as uuidv7 } from "uuid";
import { describe, expect, test } from "vitest";
import { listInbox } from "../inbox/inbox.ts";
import { event, newAuthor, openInboxes } from "../inbox/testing.ts";
import { hasBell, nextBells, removeBells, setBell } from "./bell-store.ts";

const { database, store, jobs, apply } = await openInboxes("bells");
const within = <T>(work: (query: Query) => Promise<T>): Promise<T> => store.transaction(({ query }) => work(query));
const relation = () => ({ id: uuidv7(), revision: 1 });

async function known(): Promise<Author> {
  const author = newAuthor();
  await database.query("INSERT INTO projection.author (id, username, full_name, revision) VALUES ($1, 'someone', 'Some One', 1)", [author.id]);
  return author;
}
const follows = (follower: Author, followee: Author) =>
  apply(event("user.followed", relation(), follower.id, { followerId: follower.id, followeeId: followee.id, follower, approved: false }));
const rings = (user: Author, author: Author) => within((query) => setBell(query, user.id, author.id));
async function listener(author: Author): Promise<Author> {
  const user = await known();
  await follows(user, author);
  await rings(user, author);
  return user;
}

function published(author: Author, { visibility = "public" as "public" | "followers", quotedAuthorId = null as UserId | null, content = "What I saw" } = {}) {
  const [id, at] = [asPostId(uuidv7()), new Date().toISOString()];
  const texts = { content, contentWarning: null, title: null };
  const post = { id, author, ...texts, visibility, status: "published", createdAt: at, updatedAt: at, revision: 1 } as unknown as EventPost;
  return event("post.published", { id, revision: 1 }, author.id, { post, quotedAuthorId });
}
const inboxOf = async ({ id }: Author) => (await listInbox(store, id, { limit: 10 })).data.filter(({ type }) => type !== "new_follower");
const typesOf = async (user: Author) => (await inboxOf(user)).map(({ type }) => type);

describe("a bell", () => {
  test("notifies of each new post, once, with its text", async () => {
    const author = await known();
    const user = await listener(author);
    await apply(published(author), published(author, { visibility: "followers" }));
    expect(await inboxOf(user)).toMatchObject([
      { type: "new_post", message: "Some One has posted", data: { post: { content: "What I saw" } } },
      { type: "new_post", data: { post: { content: "What I saw" } } },
    ]);
  });

  test("ends with the follow, and with a block by either", async () => {
    const author = await known();
    const [unfollowing, blocking, blocked] = [await listener(author), await listener(author), await listener(author)];
    await apply(event("user.unfollowed", { id: uuidv7(), revision: 2 }, unfollowing.id, { followerId: unfollowing.id, followeeId: author.id }));
    await apply(event("user.blocked", relation(), blocking.id, { blockerId: blocking.id, blockedId: author.id }));
    await apply(event("user.blocked", relation(), author.id, { blockerId: author.id, blockedId: blocked.id }));
    for (const user of [unfollowing, blocking, blocked]) {
      expect(await within((query) => hasBell(query, user.id, author.id))).toBe(false);
      expect(await typesOf(user)).toEqual([]);
    }
    await expect(rings(blocked, author)).rejects.toMatchObject({ code: "not_found" });
  });

  test("does not count for a user who does not follow", async () => {
    const [author, user] = [await known(), await known()];
    await rings(user, author);
    await apply(published(author));
    expect(await typesOf(user)).toEqual([]);
  });

  test("gives way to a quote, and to what its user mutes, filters or has turned off", async () => {
    const author = await known();
    const [quoted, other] = [await listener(author), await listener(author)];
    await apply(event("user.muted", relation(), other.id, { muterId: other.id, mutedId: author.id, until: null }));
    await apply(published(author, { quotedAuthorId: quoted.id }));
    expect(await typesOf(quoted)).toEqual(["post_quoted"]);
    expect(await typesOf(other)).toEqual([]);
  });

  test("is there once, and is removed once", async () => {
    const author = await known();
    const user = await listener(author);
    await rings(user, author);
    await apply(published(author));
    expect(await typesOf(user)).toEqual(["new_post"]);
    for (let times = 0; times < 2; times++) await within((query) => removeBells(query, [user.id, author.id]));
    await apply(published(author));
    expect(await typesOf(user)).toEqual(["new_post"]);
  });

  test.each(["their own", "one of a user who is not there"])("is not found on %s", async (which) => {
    const user = await known();
    await expect(rings(user, which === "their own" ? user : newAuthor())).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("bells of very many", () => {
  async function popular(count: number) {
    const author = await known();
    const parts = [
      "INSERT INTO projection.follow (follower_id, followee_id, active, revision) SELECT id, $1::uuid, true, 1 FROM u",
      "INSERT INTO bell (user_id, author_id) SELECT id, $1::uuid FROM u",
    ];
    await database.query(`WITH u AS MATERIALIZED (SELECT gen_random_uuid() AS id FROM generate_series(1, $2::int)), f AS (${parts[0]}) ${parts[1]}`, [
      author.id,
      count,
    ]);
    return author;
  }
  const notified = async (author: Author) =>
    (await database.query<{ count: number }>("SELECT count(*)::int AS count FROM notification WHERE actor_id = $1", [author.id]))[0]?.count;

  test("are rung in batches, behind what is new", async () => {
    const author = await popular(1_050);
    await apply(published(author));
    expect(await notified(author)).toBe(100);
    await runJobs(database, jobs);
    expect(await notified(author)).toBe(1_050);
  });

  test("are not rung for a post that was deleted meanwhile", async () => {
    const author = await popular(300);
    const post = published(author);
    await apply(post);
    await apply(event("post.deleted", { id: post.aggregate.id, revision: 2 }, author.id, { postId: asPostId(post.aggregate.id), authorId: author.id }));
    await runJobs(database, jobs);
    expect(await notified(author)).toBe(0);
  });

  test("go with either account", async () => {
    const author = await popular(250);
    const user = await listener(author);
    expect(await within((query) => nextBells(query, user.id, undefined, 10))).toEqual([author.id]);
    const deleted = ({ id }: Author) => event("user.deleted", { id, revision: 9 }, id, { userId: id });
    await apply(deleted(user));
    await runJobs(database, jobs);
    expect(await database.query("SELECT FROM bell WHERE user_id = $1", [user.id])).toEqual([]);
    await apply(deleted(author));
    await runJobs(database, jobs);
    expect(await database.query("SELECT FROM bell WHERE author_id = $1", [author.id])).toEqual([]);
  });
});
