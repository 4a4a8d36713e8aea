import type { Query } from "@newfeed/shared/ports/database.ts";
import { findOfMany, type StoredPost } from "../posts/statements.ts";
import * as sql from "./statements.ts";

/** The job that tells of a changed card; its subject is the URL. */
export const renewal = "renew-posts-with-link";

/** Raises the revision of the newest posts with this link. Gives them as their authors see them. */
export async function renewPosts(query: Query, url: string): Promise<StoredPost[]> {
  const posts = await query(sql.renewPosts, { url });
  if (posts.length === 0) return [];
  return query(findOfMany, { viewerIds: posts.map(({ authorId }) => authorId), ids: posts.map(({ id }) => id) });
}
