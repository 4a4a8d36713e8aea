import * as z from "zod";
import { Post } from "../dto.ts";
import { FilledLine, PageQuery, pageOf } from "../primitives.ts";
import { lengths } from "../text.ts";
import { defineRoutes } from "./define.ts";

const common = { service: "post-service", tag: "Tags" } as const;
const ofTag = { params: z.object({ tag: FilledLine(lengths.tag) }) };

const TagState = z
  .object({ tag: z.string().meta({ description: "Without `#`, and without regard to case and accents" }), followedByMe: z.boolean() })
  .meta({ id: "TagState" });
export type TagState = z.infer<typeof TagState>;

export const tagRoutes = defineRoutes(common, {
  listTagPosts: {
    method: "get",
    path: "/api/v1/tags/:tag/posts",
    summary: "Public posts with a tag, newest first",
    access: "anyone",
    ...ofTag,
    query: PageQuery,
    response: pageOf(Post),
  },
  getTag: {
    method: "get",
    path: "/api/v1/tags/:tag",
    summary: "A tag, and whether you follow it",
    access: "anyone",
    ...ofTag,
    response: TagState,
  },
  followTag: {
    method: "post",
    path: "/api/v1/tags/:tag/follow",
    summary: "Follow a tag: its public posts are in your home feed (idempotent)",
    access: "user",
    ...ofTag,
    response: TagState,
    errors: ["conflict"],
  },
  unfollowTag: {
    method: "delete",
    path: "/api/v1/tags/:tag/follow",
    summary: "Stop following a tag (idempotent)",
    access: "user",
    ...ofTag,
    response: TagState,
  },
  listFollowedTags: {
    method: "get",
    path: "/api/v1/users/me/tags",
    summary: "The tags that you follow, by name",
    access: "user",
    response: z.object({ data: z.array(TagState) }),
  },
});
