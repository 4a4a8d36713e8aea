import type { Visibility } from "@newfeed/shared/contracts/dto.ts";
import type { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { VisiblePost } from "@newfeed/shared/contracts/routes/posts.ts";
import { opaque, type Query } from "@newfeed/shared/ports/database.ts";
import { limitOf, type Window } from "@newfeed/shared/store/cursors.ts";
import { keyset, viewer } from "./keyset.ts";
import { listedAt, type PostRow, postColumns } from "./post-row.ts";
import { canView } from "./visibility.ts";

/** The viewer is parameter 1 of every query here. Lists of pages by cursor are few texts, so that `query` may be a prepared one. */
const visible = canView(viewer);
const withAuthor = "post p JOIN projection.author a ON a.id = p.author_id";

/** One post as the viewer may see it; with `lock`, nobody else changes it before the transaction ends. */
export async function findPost(query: Query, viewerId: UserId | null, id: PostId, { lock = false } = {}): Promise<PostRow | undefined> {
  const [row] = await query<PostRow>(`SELECT ${postColumns(viewer)} FROM ${withAuthor} WHERE p.id = $2::uuid AND ${visible}${lock ? " FOR UPDATE OF p" : ""}`, [
    viewerId,
    id,
  ]);
  return row;
}

/** The post that an author wrote under a `clientMutationId`. */
export async function findByMutation(query: Query, authorId: UserId, clientMutationId: string): Promise<PostRow | undefined> {
  const [row] = await query<PostRow>(`SELECT ${postColumns(viewer)} FROM ${withAuthor} WHERE p.author_id = $1::uuid AND p.client_mutation_id = $2`, [
    authorId,
    clientMutationId,
  ]);
  return row;
}

/** Every published public post. */
export function publicFeed(query: Query, viewerId: UserId | null, window: Window): Promise<PostRow[]> {
  const { position, within, order } = keyset(window);
  return query<PostRow>(
    `SELECT ${postColumns(viewer)} FROM ${withAuthor}
     WHERE p.status = 'published' AND p.visibility = 'public' AND ${within("p.published_at")} AND ${visible}
     ${order("p.published_at")} ${limitOf(window)}`,
    [viewerId, ...position],
  );
}

/** A user's posts; to themselves with their drafts, which stand at the time when they were written. */
export function postsOfUser(query: Query, viewerId: UserId | null, userId: UserId, window: Window): Promise<PostRow[]> {
  const { position, within, order } = keyset(window);
  return query<PostRow>(
    `SELECT ${postColumns(viewer)} FROM ${withAuthor}
     WHERE p.author_id = $4::uuid AND ${within(listedAt)} AND ${visible}
     ${order(listedAt)} ${limitOf(window)}`,
    [viewerId, ...position, userId],
  );
}

/** Those of these posts that the viewer may see. */
export const accessible = (query: Query, viewerId: UserId | null, postIds: readonly PostId[]) =>
  query<{ id: PostId; authorId: UserId; visibility: Visibility; revision: number }>(
    `SELECT p.id, p.author_id AS "authorId", p.visibility, p.revision FROM post p WHERE p.id = ANY($2::uuid[]) AND ${visible}`,
    [viewerId, postIds],
  );

/** The same for many viewers, a post each, in one statement: an answer for each question, in order. */
export async function accessibleToMany(query: Query, asked: readonly { viewer: UserId | null; postId: PostId }[]): Promise<(VisiblePost | null)[]> {
  const rows = await query<VisiblePost & { n: number }>(
    `SELECT asked.n, p.id, p.author_id AS "authorId", p.visibility, p.revision
     FROM unnest(${opaque("$1", "uuid[]")}, ${opaque("$2", "uuid[]")}) WITH ORDINALITY AS asked(viewer, post_id, n)
     CROSS JOIN LATERAL (SELECT * FROM post WHERE id = asked.post_id LIMIT 1) p WHERE ${canView("asked.viewer")}`,
    [asked.map(({ viewer }) => viewer), asked.map(({ postId }) => postId)],
  );
  const answers = new Map(rows.map(({ n, ...post }) => [Number(n), post]));
  return asked.map((_, index) => answers.get(index + 1) ?? null);
}

/** A user's posts by id, as they see them themselves. */
export const exportPosts = (query: Query, userId: UserId, after: string | undefined, take: number) =>
  query<PostRow>(
    `SELECT ${postColumns(viewer)} FROM ${withAuthor} WHERE p.author_id = $1::uuid AND ($2::uuid IS NULL OR p.id > $2::uuid) ORDER BY p.id LIMIT $3`,
    [userId, after ?? null, take],
  );

/** What a user likes, by the id of the like. */
export const exportLikes = (query: Query, userId: UserId, after: string | undefined, take: number) =>
  query<{ id: string; postId: PostId; revision: number }>(
    `SELECT l.id, l.post_id AS "postId", l.revision FROM post_like l JOIN post p ON p.id = l.post_id
     WHERE l.user_id = $1::uuid AND l.active AND ($2::uuid IS NULL OR l.id > $2::uuid) ORDER BY l.id LIMIT $3`,
    [userId, after ?? null, take],
  );
