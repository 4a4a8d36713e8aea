import { isAway } from "./authors.ts";
import { isPrivate } from "./preferences.ts";
import { blockBetween, follows } from "./relations.ts";

/**
 * SQL, the one rule of who may see a post: may the viewer see the post `p`, or what a projection of it knows (`author_id`,
 * `status`, `visibility`)? Always, when it is theirs; else when it is published, and public or of an author they follow, with
 * no block between the two: of one that moderators keep back, `status` is another. A post of a private account is public to nobody, whatever is stored. Never, once its author is deleted, and not while they are suspended. `viewer` is an expression of type uuid, null for a visitor.
 */
export const canView = (viewer: string) => `(NOT ${isAway("p.author_id")} AND (p.author_id = ${viewer} OR (
  p.status = 'published'
  AND ((p.visibility = 'public' AND NOT ${isPrivate("p.author_id")}) OR ${follows(viewer, "p.author_id")})
  AND NOT ${blockBetween(viewer, "p.author_id")})))`;

/** The same rule where posts are published and public: by nothing but their author. */
export const canViewPublic = (viewer: string) =>
  `(NOT ${isAway("p.author_id")} AND (p.author_id = ${viewer} OR (NOT ${isPrivate("p.author_id")} AND NOT ${blockBetween(viewer, "p.author_id")})))`;

/**
 * The same rule for the posts of one author, in parts of which one holds for a viewer. Each is a list that an index has: of
 * very many posts that a viewer may not see, none is looked at.
 */
export const canViewOf = (author: string, viewer: string): readonly { viewer: string; posts: string }[] => {
  const known = `NOT ${isAway(author)}`;
  const other = `${known} AND ${viewer} IS DISTINCT FROM ${author} AND NOT ${blockBetween(viewer, author)}`;
  return [
    { viewer: `${known} AND ${viewer} = ${author}`, posts: "true" },
    { viewer: `${other} AND ${follows(viewer, author)}`, posts: "p.status = 'published'" },
    { viewer: `${other} AND NOT ${follows(viewer, author)} AND NOT ${isPrivate(author)}`, posts: "p.status = 'published' AND p.visibility = 'public'" },
  ];
};
