import * as z from "zod";
import { Post } from "../dto.ts";
import { PostId } from "../ids.ts";
import { PageQuery, pageOf, Timestamp } from "../primitives.ts";
import { defineRoutes } from "./define.ts";

const byId = { params: z.object({ id: PostId }) };

/** A post in the list of those that a user has muted. */
export const MutedPost = Post.extend({
  mutedUntil: Timestamp.nullable().meta({ description: "When the mute ends by itself; null where it does not" }),
}).meta({ id: "MutedPost" });
export type MutedPost = z.infer<typeof MutedPost>;

const PostMuteState = z
  .object({ muted: z.boolean(), until: Timestamp.nullable().meta({ description: "When it ends by itself" }) })
  .meta({ id: "PostMuteState" });
export type PostMuteState = z.infer<typeof PostMuteState>;

export const postMuteRoutes = defineRoutes(
  { service: "post-service", tag: "Posts" },
  {
    listMutedPosts: {
      method: "get",
      path: "/api/v1/posts/muted",
      summary: "The posts whose conversations you have muted, and may see, the last one muted first",
      access: "user",
      query: PageQuery,
      response: pageOf(MutedPost),
    },
    mutePost: {
      method: "post",
      path: "/api/v1/posts/:id/mute",
      summary: "Mute a conversation, or change when that ends (idempotent): nothing about the post, or under it, notifies you; nobody else learns of it",
      access: "user",
      ...byId,
      body: z
        .strictObject({ until: Timestamp.nullable().optional().meta({ description: "When it ends by itself; null: it does not" }) })
        .default({})
        .meta({ id: "MutePost" }),
      bodyOptional: true,
      response: PostMuteState,
      errors: ["not_found", "validation_failed"],
    },
    unmutePost: {
      method: "delete",
      path: "/api/v1/posts/:id/mute",
      summary: "Lift the mute of a conversation, also of a post that you may no longer see (idempotent)",
      access: "user",
      ...byId,
      response: PostMuteState,
    },
  },
);
