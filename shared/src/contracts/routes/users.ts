import * as z from "zod";
import { Author, Bio, FullName, User, UserLocation, Username } from "../dto.ts";
import { UserId } from "../ids.ts";
import { FilledLine, LinkUrl, PageQuery, pageOf, Revision, Timestamp } from "../primitives.ts";
import { lengths } from "../text.ts";
import { defineRoutes } from "./define.ts";

const common = { service: "user-service", tag: "Users" } as const;
const byId = { params: z.object({ id: UserId }) };

const Links = z
  .array(LinkUrl)
  .max(4)
  .refine((links) => new Set(links).size === links.length, "must not name an address twice");

const FollowState = z.object({ following: z.boolean(), requested: z.boolean(), followerCount: z.int(), revision: Revision }).meta({ id: "FollowState" });
const BlockState = z.object({ blocked: z.boolean(), revision: Revision }).meta({ id: "BlockState" });

const Suggestion = z
  .object({ user: User, followees: z.int().meta({ description: "Of the last users whom you followed, those who follow them" }) })
  .meta({ id: "Suggestion" });
export type Suggestion = z.infer<typeof Suggestion>;

const MuteState = z
  .object({ muted: z.boolean(), until: Timestamp.nullable().meta({ description: "When it ends by itself" }), revision: Revision })
  .meta({ id: "MuteState" });

export const userRoutes = defineRoutes(common, {
  searchUsers: {
    method: "get",
    path: "/api/v1/users/search",
    summary: "Find users by the beginnings of words of their username and full name, without regard to case and accents",
    access: "anyone",
    query: PageQuery.safeExtend({ q: FilledLine(lengths.search) }),
    response: pageOf(User),
  },
  suggestedUsers: {
    method: "get",
    path: "/api/v1/users/suggestions",
    summary: "Whom to follow: users whom most of those follow whom you follow",
    access: "user",
    query: z.strictObject({ limit: z.coerce.number().int().min(1).max(20).default(10) }),
    response: z.object({ data: z.array(Suggestion) }),
  },
  knownUsernames: {
    method: "get",
    path: "/api/v1/users/known",
    summary: "Which of these names are usernames, without regard to case: a mention of nobody is plain text",
    access: "anyone",
    query: z.strictObject({
      usernames: z
        .string()
        .regex(/^[A-Za-z0-9_.]{1,64}(,[A-Za-z0-9_.]{1,64}){0,49}$/, "must be up to 50 usernames, separated by commas")
        .meta({ description: "Up to 50, separated by commas", example: "alice,bob" }),
    }),
    response: z.object({ data: z.array(z.string()) }),
  },
  getMe: {
    method: "get",
    path: "/api/v1/users/me",
    summary: "Your profile",
    access: "user",
    response: User,
  },
  exportMe: {
    method: "get",
    path: "/api/v1/users/me/export",
    summary: "All data that NewFeed holds of the signed-in user, as one JSON document",
    access: "user",
    scope: null,
    response: z.object({
      account: z.unknown(),
      sessions: z.array(z.unknown()),
      apiTokens: z.array(z.unknown()),
      externalLogins: z.array(z.unknown()),
      passkeys: z.array(z.unknown()),
      profile: z.unknown(),
      preferences: z.unknown(),
      followers: z.array(z.unknown()),
      following: z.array(z.unknown()),
      followRequests: z.array(z.unknown()),
      requestedFollows: z.array(z.unknown()),
      blocks: z.array(z.unknown()),
      mutes: z.array(z.unknown()),
      posts: z.array(z.unknown()),
      postLikes: z.array(z.unknown()),
      postReposts: z.array(z.unknown()),
      postVersions: z.array(z.unknown()),
      bookmarks: z.array(z.unknown()),
      mutedPosts: z.array(z.unknown()),
      pinnedPosts: z.array(z.unknown()),
      followedTags: z.array(z.unknown()),
      drafts: z.array(z.unknown()),
      comments: z.array(z.unknown()),
      commentVersions: z.array(z.unknown()),
      commentLikes: z.array(z.unknown()),
      media: z.array(z.unknown()),
      notifications: z.array(z.unknown()),
      reports: z.array(z.unknown()),
    }),
  },
  updateMe: {
    method: "patch",
    path: "/api/v1/users/me",
    summary: "Change your profile",
    access: "user",
    body: z
      .strictObject({
        fullName: FullName,
        bio: Bio,
        location: UserLocation.nullable(),
        links: Links,
        avatarUrl: LinkUrl.nullable(),
        headerUrl: LinkUrl.nullable(),
      })
      .partial()
      .refine((body) => Object.keys(body).length > 0, "must change something")
      .meta({ id: "UpdateUser", minProperties: 1 }),
    response: User,
  },
  listFollowRequests: {
    method: "get",
    path: "/api/v1/users/me/follow-requests",
    summary: "The users who ask to follow you, as your account is private",
    access: "user",
    query: PageQuery,
    response: pageOf(User),
  },
  approveFollowRequest: {
    method: "post",
    path: "/api/v1/users/me/follow-requests/:id/approve",
    summary: "Let a user follow you who asks to (idempotent)",
    access: "user",
    ...byId,
    errors: ["not_found"],
  },
  refuseFollowRequest: {
    method: "delete",
    path: "/api/v1/users/me/follow-requests/:id",
    summary: "Refuse a request to follow you (idempotent)",
    access: "user",
    ...byId,
    errors: ["not_found"],
  },
  removeFollower: {
    method: "delete",
    path: "/api/v1/users/me/followers/:id",
    summary: "Make a follower stop following (idempotent)",
    access: "user",
    ...byId,
    errors: ["not_found"],
  },
  userByUsername: {
    method: "get",
    path: "/api/v1/users/by-username/:username",
    summary: "A profile by username",
    access: "anyone",
    params: z.object({ username: Username }),
    response: User,
    errors: ["not_found"],
  },
  getUser: {
    method: "get",
    path: "/api/v1/users/:id",
    summary: "A profile",
    access: "anyone",
    ...byId,
    response: User,
    errors: ["not_found"],
  },
  followUser: {
    method: "post",
    path: "/api/v1/users/:id/follow",
    summary: "Follow a user, or ask to, where the account is private (idempotent)",
    access: "user",
    ...byId,
    response: FollowState,
    errors: ["not_found", "validation_failed"],
  },
  unfollowUser: {
    method: "delete",
    path: "/api/v1/users/:id/follow",
    summary: "Stop following a user, or take back the request to (idempotent)",
    access: "user",
    ...byId,
    response: FollowState,
    errors: ["not_found"],
  },
  listFollowers: {
    method: "get",
    path: "/api/v1/users/:id/followers",
    summary: "The followers of a user",
    access: "anyone",
    ...byId,
    query: PageQuery,
    response: pageOf(User),
    errors: ["not_found"],
  },
  listFollowing: {
    method: "get",
    path: "/api/v1/users/:id/following",
    summary: "The users that a user follows",
    access: "anyone",
    ...byId,
    query: PageQuery,
    response: pageOf(User),
    errors: ["not_found"],
  },
  listBlocked: {
    method: "get",
    path: "/api/v1/users/me/blocks",
    summary: "The users whom you have blocked",
    access: "user",
    query: PageQuery,
    response: pageOf(User),
  },
  blockUser: {
    method: "post",
    path: "/api/v1/users/:id/block",
    summary: "Block a user: neither sees, follows nor is notified of the other",
    access: "user",
    ...byId,
    response: BlockState,
    errors: ["not_found", "validation_failed"],
  },
  unblockUser: {
    method: "delete",
    path: "/api/v1/users/:id/block",
    summary: "Lift a block (idempotent)",
    access: "user",
    ...byId,
    response: BlockState,
    errors: ["not_found"],
  },
  listMuted: {
    method: "get",
    path: "/api/v1/users/me/mutes",
    summary: "The users whom you have muted",
    access: "user",
    query: PageQuery,
    response: pageOf(User),
  },
  muteUser: {
    method: "post",
    path: "/api/v1/users/:id/mute",
    summary: "Mute a user, or change when it ends (idempotent): your lists and notifications leave them out, and they are not told",
    access: "user",
    ...byId,
    body: z
      .strictObject({ until: Timestamp.nullable().optional().meta({ description: "When it ends by itself; null: it does not" }) })
      .default({})
      .meta({ id: "MuteUser" }),
    bodyOptional: true,
    response: MuteState,
    errors: ["not_found", "conflict", "validation_failed"],
  },
  unmuteUser: {
    method: "delete",
    path: "/api/v1/users/:id/mute",
    summary: "Lift a mute (idempotent)",
    access: "user",
    ...byId,
    response: MuteState,
    errors: ["not_found", "validation_failed"],
  },
});

/** For other services only. */
export const userInternalRoutes = defineRoutes(common, {
  visibleUser: {
    method: "get",
    path: "/internal/users/:id/visible",
    summary: "Answers when there is such a user, and no block by them of the viewer",
    access: "service",
    ...byId,
    query: z.strictObject({ viewer: UserId.optional() }),
    errors: ["not_found"],
  },
  visibleProfile: {
    method: "get",
    path: "/internal/users/:id/profile",
    summary: "A profile, as a viewer sees it",
    access: "service",
    ...byId,
    query: z.strictObject({ viewer: UserId.optional() }),
    response: User,
    errors: ["not_found"],
  },
  findUsers: {
    method: "post",
    path: "/internal/users/search",
    summary: "A page of the search for users, as a viewer sees it",
    access: "service",
    body: z.strictObject({ viewer: UserId.nullable(), q: FilledLine(lengths.search), limit: z.int().min(1).max(100), cursor: PageQuery.shape.cursor }),
    response: pageOf(User),
  },
  followedAmong: {
    method: "post",
    path: "/internal/users/followed",
    summary: "Those of these users that a user follows",
    access: "service",
    body: z.strictObject({ follower: UserId, ids: z.array(UserId).max(500) }),
    response: z.object({ ids: z.array(UserId) }),
  },
  mentionable: {
    method: "post",
    path: "/internal/users/mentionable",
    summary: "Those of the users with these names whom an author may mention",
    access: "service",
    body: z.strictObject({ authorId: UserId, usernames: z.array(Username).max(50) }),
    response: z.object({ ids: z.array(UserId) }),
  },
  authors: {
    method: "post",
    path: "/internal/authors",
    summary: "Author snapshots by id or by username; unknown ones are left out",
    access: "service",
    body: z.strictObject({ ids: z.array(UserId).max(500).default([]), usernames: z.array(Username).max(50).default([]) }),
    response: z.object({ authors: z.array(Author.extend({ revision: Revision })) }),
  },
});
