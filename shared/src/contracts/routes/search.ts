import * as z from "zod";
import { Post, User } from "../dto.ts";
import { PostId, UserId } from "../ids.ts";
import { FilledLine, PageQuery, pageOf } from "../primitives.ts";
import { lengths } from "../text.ts";
import { defineRoutes } from "./define.ts";

const common = { service: "query-service", tag: "Search" } as const;

const Highlight = z
  .object({ field: z.enum(["title", "content"]), start: z.int(), end: z.int() })
  .meta({ id: "Highlight", description: "A part of a text that was asked for, from `start` to before `end`, in UTF-16 units" });
export type Highlight = z.infer<typeof Highlight>;

const PostHit = z.object({ post: Post, highlights: z.array(Highlight) }).meta({ id: "PostHit" });
export type PostHit = z.infer<typeof PostHit>;

const TagHit = z
  .object({ tag: z.string(), posts: z.int().meta({ description: "Of the newest 500 posts with such tags, those that you may see" }) })
  .meta({ id: "TagHit" });
export type TagHit = z.infer<typeof TagHit>;

const q = FilledLine(lengths.search);
const Limit = z.coerce.number().int().min(1).max(50).default(20);

const SearchQuery = z.strictObject({ q, limit: Limit, cursor: z.string().max(256).optional().meta({ description: "`endCursor` of the page before" }) });

const operators = '`from:name`, `"a phrase"`, `-word`, `#tag`, `before:2026-01-31`, `after:2026-01-31`, `has:media`, `in:following`';

export const searchRoutes = defineRoutes(common, {
  search: {
    method: "get",
    path: "/api/v1/search",
    aliases: ["/search"],
    summary: "Find posts, users and tags: the first of each, or of the type that is named. (At `/search`, who accepts HTML gets the page.)",
    access: "anyone",
    query: z.strictObject({ q, type: z.enum(["posts", "users", "tags"]).optional(), limit: Limit.unwrap().default(5) }),
    response: z
      .object({ posts: pageOf(PostHit).nullable(), users: pageOf(User).nullable(), tags: pageOf(TagHit).nullable() })
      .meta({ id: "SearchResults", description: "null for the types that were not asked for" }),
  },
  searchPosts: {
    method: "get",
    path: "/api/v1/search/posts",
    aliases: ["/search/posts"],
    summary: `Find posts by words in any form, the best and newest first; with ${operators}`,
    access: "anyone",
    query: SearchQuery,
    response: pageOf(PostHit),
  },
  searchPeople: {
    method: "get",
    path: "/api/v1/search/users",
    aliases: ["/search/users"],
    summary: "Find users, as `/api/v1/users/search` does",
    access: "anyone",
    query: z.strictObject({ q, limit: Limit, cursor: PageQuery.shape.cursor }),
    response: pageOf(User),
  },
  searchTags: {
    method: "get",
    path: "/api/v1/search/tags",
    aliases: ["/search/tags"],
    summary: "Find tags by how they begin, the most used first",
    access: "anyone",
    query: z.strictObject({ q, limit: Limit }),
    response: pageOf(TagHit),
  },
});

/** For other services only. */
export const searchInternalRoutes = defineRoutes(common, {
  indexPosts: {
    method: "post",
    path: "/internal/search/posts",
    summary: "Index these posts as they are now, where an event did not bring them",
    access: "service",
    body: z.strictObject({ posts: z.array(z.strictObject({ id: PostId, authorId: UserId })).max(100) }),
    response: z.object({ indexed: z.int().meta({ description: "Without those that are gone, and drafts" }) }),
  },
});
