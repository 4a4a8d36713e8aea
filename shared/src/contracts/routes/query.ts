import * as z from "zod";
import { Comment, Post } from "../dto.ts";
import { PostId } from "../ids.ts";
import { PollResult } from "../poll.ts";
import { PageInfo, PageQuery, pageOf } from "../primitives.ts";
import { defineRoutes } from "./define.ts";

const common = { service: "query-service", tag: "Aggregates" } as const;

/** Aggregates are the same for all who may see them: they leave out what depends on the viewer. */
const AggregatedPost = Post.omit({ likedByMe: true, bookmarkedByMe: true, repostedByMe: true, mutedByMe: true, quotedPost: true })
  .extend({ poll: PollResult.nullable() })
  .meta({ id: "AggregatedPost" });
const AggregatedComment = Comment.omit({ likedByMe: true }).meta({ id: "AggregatedComment" });
export type AggregatedComment = z.infer<typeof AggregatedComment>;

/** `pageInfo` continues at the post's own list of comments. */
const PostAggregate = z
  .object({
    post: AggregatedPost,
    comments: z.object({
      data: z.array(AggregatedComment).meta({ description: "The newest ones, newest first" }),
      pageInfo: PageInfo.meta({ description: "`endCursor` leads on in the post's list of comments" }),
    }),
  })
  .meta({ id: "PostAggregate" });
export type PostAggregate = z.infer<typeof PostAggregate>;

/** A page of aggregates is short: each has comments. */
const AggregateQuery = z.strictObject({ limit: z.coerce.number().int().min(1).max(50).default(20), cursor: PageQuery.shape.cursor });

const CacheKey = z
  .string()
  .max(64)
  .regex(/^(post:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|popular:(day|week)|trends)$/, "must be the key of an entry, as post:<id>")
  .meta({ description: "`post:<id>`, `popular:day`, `popular:week` or `trends`; all entries, if it is left out" });

const CacheStatistics = z
  .object({
    entries: z.int(),
    bytes: z.int(),
    hits: z.int(),
    misses: z.int(),
    keys: z.array(z.object({ key: z.string(), bytes: z.int() })).meta({ description: "Some of the entries, a thousand at most" }),
  })
  .meta({ id: "CacheStatistics" });

export const queryRoutes = defineRoutes(common, {
  postAggregate: {
    method: "get",
    path: "/query/post/:id",
    aliases: ["/api/v1/query/post/:id"],
    summary: "A post with its newest comments, cached",
    access: "anyone",
    params: z.object({ id: PostId }),
    response: PostAggregate,
    errors: ["not_found"],
  },
  postAggregates: {
    method: "get",
    path: "/query/posts",
    aliases: ["/api/v1/query/posts"],
    summary: "The public feed, newest first, each post with its three newest comments, cached",
    access: "anyone",
    query: AggregateQuery,
    response: pageOf(PostAggregate),
  },
  invalidateCache: {
    method: "post",
    path: "/query/cache/invalidate",
    aliases: ["/api/v1/query/cache/invalidate"],
    summary: "Forget a cached aggregate, or all of them (administrators)",
    access: "user",
    scope: "admin:operate",
    body: z.strictObject({ cacheKey: CacheKey.optional() }).meta({ id: "InvalidateCache" }),
    errors: ["forbidden"],
  },
  cacheStatistics: {
    method: "get",
    path: "/query/cache/stats",
    aliases: ["/api/v1/query/cache/stats"],
    summary: "What the cache holds, and how often it had what was asked for (administrators)",
    access: "user",
    scope: "admin:operate",
    response: CacheStatistics,
    errors: ["forbidden"],
  },
});
