import { isGone } from "./authors.ts";
import { blockBetween, follows } from "./relations.ts";

/**
 * SQL, the one rule of who may see a post: may the viewer see the post `p`, or what a projection of it knows (`author_id`,
 * `status`, `visibility`)? Always, when it is theirs; else when it is published, and public or of an author they follow, with
 * no block between the two. Never, once its author is deleted. `viewer` is an expression of type uuid, null for a visitor.
 */
export const canView = (viewer: string) => `(NOT ${isGone("p.author_id")} AND (p.author_id = ${viewer} OR (
  p.status = 'published'
  AND (p.visibility = 'public' OR ${follows(viewer, "p.author_id")})
  AND NOT ${blockBetween(viewer, "p.author_id")})))`;
