import type { Visibility } from "@newfeed/shared/contracts/dto.ts";
import type { Window } from "@newfeed/shared/http/cursors.ts";
import type { Query } from "@newfeed/shared/ports/database.ts";
import { blockBetween } from "@newfeed/shared/projections/relations.ts";
import { listedAt, type PostRow, postColumns } from "./post-row.ts";
import { canView, follows } from "./visibility.ts";

/** The viewer is parameter 1 of every query here. */
const viewer = "$1::uuid";
const visible = canView(viewer);
const withAuthor = "post p JOIN projection.author a ON a.id = p.author_id";

/**
 * Where a list begins and how it is sorted, by time and id: parameters 2 and 3. A list from its beginning starts beyond
 * every time and id, so that it is the same statement.
 */
function keyset({ before, after }: Window) {
  const [comparison, direction] = after ? [">", "ASC"] : ["<", "DESC"];
  const from = after ?? before;
  return {
    position: [from?.at ?? "infinity", from?.id ?? "ffffffff-ffff-ffff-ffff-ffffffffffff"],
    within: (at: string, id = "p.id") => `(${at}, ${id}) ${comparison} ($2::timestamptz, $3::uuid)`,
    order: (at: string, id = "p.id") => `ORDER BY ${at} ${direction}, ${id} ${direction}`,
  };
}

/** One post as the viewer may see it; with `lock`, nobody else changes it before the transaction ends. */
export async function findPost(query: Query, viewerId: string | null, id: string, { lock = false } = {}): Promise<PostRow | undefined> {
  const [row] = await query<PostRow>(`SELECT ${postColumns(viewer)} FROM ${withAuthor} WHERE p.id = $2::uuid AND ${visible}${lock ? " FOR UPDATE OF p" : ""}`, [
    viewerId,
    id,
  ]);
  return row;
}

/** The post that an author wrote under a `clientMutationId`. */
export async function findByMutation(query: Query, authorId: string, clientMutationId: string): Promise<PostRow | undefined> {
  const [row] = await query<PostRow>(`SELECT ${postColumns(viewer)} FROM ${withAuthor} WHERE p.author_id = $1::uuid AND p.client_mutation_id = $2`, [
    authorId,
    clientMutationId,
  ]);
  return row;
}

/** Every published public post. */
export function publicFeed(query: Query, viewerId: string | null, window: Window): Promise<PostRow[]> {
  const { position, within, order } = keyset(window);
  return query<PostRow>(
    `SELECT ${postColumns(viewer)} FROM ${withAuthor}
     WHERE p.status = 'published' AND p.visibility = 'public' AND ${within("p.published_at")} AND ${visible}
     ${order("p.published_at")} LIMIT $4 OFFSET $5`,
    [viewerId, ...position, window.take, window.skip],
  );
}

/** A user's posts; to themselves with their drafts, which stand at the time when they were written. */
export function postsOfUser(query: Query, viewerId: string | null, userId: string, window: Window): Promise<PostRow[]> {
  const { position, within, order } = keyset(window);
  return query<PostRow>(
    `SELECT ${postColumns(viewer)} FROM ${withAuthor}
     WHERE p.author_id = $6::uuid AND ${within(listedAt)} AND ${visible}
     ${order(listedAt)} LIMIT $4 OFFSET $5`,
    [viewerId, ...position, window.take, window.skip, userId],
  );
}

/**
 * The viewer's own posts, those that were fanned out to them, and those of large authors, which were not: each an index
 * read in order that ends with the page, so the length of the feed costs nothing. Every part is filtered before it is
 * cut, or a page could end before the feed does.
 */
export function homeFeed(query: Query, viewerId: string, window: Window): Promise<PostRow[]> {
  const { position, within, order } = keyset(window);
  const cut = "LIMIT $4::int + $5::int";
  return query<PostRow>(
    // Materialized: only large authors who are followed are looked at. Between a follower and an author without a block
    // `canView` is true of everything published, so it is not asked of each post.
    `WITH large AS MATERIALIZED (
       SELECT l.author_id FROM large_author l JOIN projection.follow f ON f.followee_id = l.author_id
       WHERE f.follower_id = ${viewer} AND f.active AND NOT ${blockBetween(viewer, "l.author_id")}
     ),
     candidate AS (
       (SELECT p.id, p.published_at FROM post p
        WHERE p.author_id = ${viewer} AND p.status = 'published' AND ${within(listedAt)}
        ${order(listedAt)} ${cut})
       UNION ALL
       (SELECT i.post_id, i.published_at FROM feed_item i JOIN post p ON p.id = i.post_id
        WHERE i.user_id = ${viewer} AND ${within("i.published_at", "i.post_id")} AND ${follows(viewer, "i.author_id")} AND ${visible}
        ${order("i.published_at", "i.post_id")} ${cut})
       UNION ALL
       (SELECT merged.id, merged.published_at FROM large CROSS JOIN LATERAL (
          SELECT p.id, p.published_at FROM post p
          WHERE p.author_id = large.author_id AND p.status = 'published' AND NOT p.fanned_out AND ${within("p.published_at")}
          ${order("p.published_at")} ${cut}
        ) merged)
     ),
     page AS (SELECT id FROM candidate ${order("published_at", "id")} LIMIT $4 OFFSET $5)
     SELECT ${postColumns(viewer)} FROM page JOIN post p USING (id) JOIN projection.author a ON a.id = p.author_id ${order("p.published_at")}`,
    [viewerId, ...position, window.take, window.skip],
  );
}

/** Those of these posts that the viewer may see. */
export const accessible = (query: Query, viewerId: string | null, postIds: readonly string[]) =>
  query<{ id: string; authorId: string; visibility: Visibility; revision: number }>(
    `SELECT p.id, p.author_id AS "authorId", p.visibility, p.revision FROM post p WHERE p.id = ANY($2::uuid[]) AND ${visible}`,
    [viewerId, postIds],
  );

/** A user's posts by id, as they see them themselves. */
export const exportPosts = (query: Query, userId: string, after: string | undefined, take: number) =>
  query<PostRow>(
    `SELECT ${postColumns(viewer)} FROM ${withAuthor} WHERE p.author_id = $1::uuid AND ($2::uuid IS NULL OR p.id > $2::uuid) ORDER BY p.id LIMIT $3`,
    [userId, after ?? null, take],
  );

/** What a user likes, by the id of the like. */
export const exportLikes = (query: Query, userId: string, after: string | undefined, take: number) =>
  query<{ id: string; postId: string; revision: number }>(
    `SELECT l.id, l.post_id AS "postId", l.revision FROM post_like l JOIN post p ON p.id = l.post_id
     WHERE l.user_id = $1::uuid AND l.active AND ($2::uuid IS NULL OR l.id > $2::uuid) ORDER BY l.id LIMIT $3`,
    [userId, after ?? null, take],
  );
