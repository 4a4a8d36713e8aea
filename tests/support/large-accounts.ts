import type { StoringServiceName } from "@newfeed/shared/contracts/services.ts";
import type { RawQuery } from "@newfeed/shared/ports/database.ts";
import type { Person, TestFeed } from "./feed.ts";

/** An id that SQL makes of a number, the same in every database. */
const idOf = (kind: string, n = "n") => `('${kind}-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`;
const [comment, post, under, fan] = ["0a0a0a0a", "0b0b0b0b", "0c0c0c0c", "0d0d0d0d"] as const;
/** Number 1 of the posts under which the comments stand. */
export const commentedPost = "0e0e0e0e-0000-7000-8000-000000000001";
const commented = "0e0e0e0e";
const commentedPosts = 50;
export const popularPost = "0f0f0f0f-0000-7000-8000-000000000001";
/** As many entries as retention keeps of a stream. */
const logged = 10_000;

/** Makes, by SQL, what an author has who wrote very much, and a post that very many wrote under and like. */
export async function fill(
  feed: Pick<TestFeed, "platform">,
  { author, friend, owner }: Record<"author" | "friend" | "owner", Person>,
  counts: { comments: number; posts: number },
): Promise<void> {
  const values = { author: author.id, friend: friend.id, owner: owner.id, comments: counts.comments, posts: counts.posts };
  /** Runs statements in which `:name` stands for a value. */
  async function run(service: StoringServiceName, ...statements: string[]): Promise<void> {
    const database = await feed.platform.openDatabase(service);
    const bound = (sql: string) =>
      sql.replace(/(?<!:):([a-z]+)/g, (_, name: keyof typeof values) => (typeof values[name] === "number" ? `${values[name]}` : `'${values[name]}'::uuid`));
    await database.transaction(async (query: RawQuery) => {
      await query("SET LOCAL statement_timeout = 0");
      for (const sql of statements) await query(bound(sql));
    });
    await database.query("ANALYZE");
  }
  const postOf = idOf(commented, `1 + n % ${commentedPosts}`);
  const insertPosts = "INSERT INTO post (id, author_id, content, post_type, visibility, status, attachments, links, published_at, created_at, updated_at";
  const postValues = "'words', 'TEXT', 'public', 'published', '[]', '{}', at, at, at";
  const at = (step: string) => `LATERAL (SELECT now() - n * interval '${step}' AS at) moment`;

  await run(
    "post-service",
    `${insertPosts}) SELECT ${idOf(post)}, :author, ${postValues} FROM generate_series(1, :posts) n, ${at("1 millisecond")}`,
    `${insertPosts}, comment_count) SELECT ${idOf(commented)}, :friend, ${postValues}, :comments / ${commentedPosts} FROM generate_series(1, ${commentedPosts}) n, ${at("1 hour")}`,
    `${insertPosts}, comment_count, like_count) SELECT '${popularPost}', :owner, ${postValues}, :comments, :comments FROM generate_series(1, 1) n, ${at("2 hours")}`,
    `INSERT INTO counted_comment (comment_id, post_id, revision, deleted) SELECT ${idOf(comment)}, ${postOf}, 1, false FROM generate_series(1, :comments) n`,
    `INSERT INTO counted_comment (comment_id, post_id, revision, deleted) SELECT ${idOf(under)}, '${popularPost}', 1, false FROM generate_series(1, :comments) n`,
    `INSERT INTO post_like (id, post_id, user_id, active) SELECT uuidv7(), '${popularPost}', ${idOf(fan)}, true FROM generate_series(1, :comments) n`,
  );
  const insertComments = "INSERT INTO comment (id, post_id, post_author_id, author_id, content, visibility, created_at)";
  await run(
    "comment-service",
    `${insertComments} SELECT ${idOf(comment)}, ${postOf}, :friend, :author, 'words', 'public', at FROM generate_series(1, :comments) n, ${at("1 second")}`,
    `${insertComments} SELECT ${idOf(under)}, '${popularPost}', :owner, ${idOf(fan)}, 'words', 'public', at FROM generate_series(1, :comments) n, ${at("1 second")}`,
  );
  const insertNotifications = "INSERT INTO notification (id, user_id, type, actor_id, post_id, comment_id, created_at, updated_at)";
  const entry =
    "'comment_created', 1, jsonb_build_object('postId', post_id, 'comment', jsonb_build_object('id', id, 'content', 'words', 'author', jsonb_build_object('id', actor)))";
  const insertEntries = 'INSERT INTO stream_entry (stream, "offset", aggregate_type, aggregate_id, actor_id, type, revision, data)';
  await run(
    "notification-service",
    `${insertNotifications} SELECT uuidv7(), :friend, 'new_comment', :author, ${postOf}, ${idOf(comment)}, at, at FROM generate_series(1, :comments) n, ${at("1 second")}`,
    `${insertNotifications} SELECT uuidv7(), :owner, 'new_comment', ${idOf(fan)}, '${popularPost}', ${idOf(under)}, at, at FROM generate_series(1, :comments) n, ${at("1 second")}`,
    `INSERT INTO notification (id, user_id, type, group_key, actor_id, post_id, count)
     SELECT ${idOf(fan, "0")}, :owner, 'post_liked', 'post_liked:${popularPost}', ${idOf(fan, "1")}, '${popularPost}', :comments`,
    `INSERT INTO notification_actor (notification_id, actor_id, user_id) SELECT ${idOf(fan, "0")}, ${idOf(fan)}, :owner FROM generate_series(1, :comments) n`,
    "INSERT INTO inbox (user_id, unread) VALUES (:friend, :comments), (:owner, :comments + 1) ON CONFLICT (user_id) DO UPDATE SET unread = inbox.unread + excluded.unread",
    `INSERT INTO post_summary (id, author_id, visibility, status, content, revision) SELECT ${idOf(post)}, :author, 'public', 'published', 'words', 1 FROM generate_series(1, :posts) n`,
    `INSERT INTO stream (id, top, floor) SELECT 'post:' || ${idOf(commented)}, :comments / ${commentedPosts}, 0 FROM generate_series(1, ${commentedPosts}) n`,
    `INSERT INTO stream (id, top, floor) VALUES ('post:${popularPost}', :comments, greatest(0, :comments - ${logged}))`,
    `${insertEntries} SELECT 'post:' || post_id, 1 + (n - 1) / ${commentedPosts}, 'comment', id, actor, ${entry}
     FROM (SELECT n, ${postOf} AS post_id, ${idOf(comment)} AS id, :author AS actor FROM generate_series(1, :comments) n) e`,
    `${insertEntries} SELECT 'post:' || post_id, n, 'comment', id, actor, ${entry}
     FROM (SELECT n, '${popularPost}'::uuid AS post_id, ${idOf(under)} AS id, ${idOf(fan)} AS actor FROM generate_series(greatest(1, :comments - ${logged} + 1), :comments) n) e`,
  );
}
