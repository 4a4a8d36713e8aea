import { blockBetween, follows } from "@newfeed/shared/projections/relations.ts";

/**
 * SQL: may the viewer see the post `p`? One's own, always; else a published one that is public, or whose author the
 * viewer follows, with no block between the two. `viewer` is an expression of type uuid, null for a visitor.
 */
export const canView = (viewer: string) => `(p.author_id = ${viewer} OR (
  p.status = 'published'
  AND (p.visibility = 'public' OR ${follows(viewer, "p.author_id")})
  AND NOT ${blockBetween(viewer, "p.author_id")}))`;
