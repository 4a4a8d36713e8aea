import type { DescMethodUnary } from "@bufbuild/protobuf";
import type { Route } from "../contracts/route.ts";
import { authRoutes } from "../contracts/routes/auth.ts";
import { commentRoutes } from "../contracts/routes/comments.ts";
import { deadLetterRoutes } from "../contracts/routes/dead-letters.ts";
import { eventRoutes } from "../contracts/routes/events.ts";
import { mediaRoutes } from "../contracts/routes/media.ts";
import { postRoutes } from "../contracts/routes/posts.ts";
import { recoveryRoutes } from "../contracts/routes/recovery.ts";
import { replayRoutes } from "../contracts/routes/replays.ts";
import { searchInternalRoutes, searchRoutes } from "../contracts/routes/search.ts";
import { userRoutes } from "../contracts/routes/users.ts";
import { SearchIndexService } from "../proto/newfeed/internal/v1/search_index_pb.ts";
import { AuthService } from "../proto/newfeed/v1/auth_pb.ts";
import { CommentService } from "../proto/newfeed/v1/comment_pb.ts";
import { EventService } from "../proto/newfeed/v1/event_pb.ts";
import { MediaService } from "../proto/newfeed/v1/media_pb.ts";
import { PostService } from "../proto/newfeed/v1/post_pb.ts";
import { SearchService } from "../proto/newfeed/v1/search_pb.ts";
import { UserService } from "../proto/newfeed/v1/user_pb.ts";

/** The route that a method calls. */
export interface MappedMethod {
  method: DescMethodUnary;
  route: Route;
  /** The field of the request that is the path's `:id`, where it has another name. */
  idField?: string;
  /** The route answers with an envelope, in whose `data` the response is. */
  enveloped?: true;
}

type MethodsOf<Service extends { method: object }> = Record<
  { [Name in keyof Service["method"]]: Service["method"][Name] extends DescMethodUnary ? Name : never }[keyof Service["method"]],
  Route | Omit<MappedMethod, "method">
>;

/** One entry for each method that is answered once: one that is missing does not compile. */
function mapped<Service extends { method: Record<string, { name: string }> }>(service: Service, routes: MethodsOf<Service>): MappedMethod[] {
  return Object.entries<Route | Omit<MappedMethod, "method">>(routes).map(([name, to]) => ({
    method: service.method[name] as unknown as DescMethodUnary,
    ...("route" in to ? to : { route: to }),
  }));
}

const comments = {
  createComment: commentRoutes.createComment,
  getComments: commentRoutes.listComments,
  deleteComment: commentRoutes.deleteComment,
};

/** Every method that is answered once, and its route: the same input, rules and answer. */
export const mappedMethods: readonly MappedMethod[] = [
  ...mapped(AuthService, {
    register: { route: authRoutes.signup, enveloped: true },
    login: { route: authRoutes.login, enveloped: true },
    validateToken: { route: authRoutes.validate, enveloped: true },
    refreshToken: { route: authRoutes.refresh, enveloped: true },
    logout: { route: authRoutes.logout, enveloped: true },
    forgotPassword: { route: recoveryRoutes.forgotPassword, enveloped: true },
    resetPassword: { route: recoveryRoutes.resetPassword, enveloped: true },
  }),
  ...mapped(UserService, {
    getMe: userRoutes.getMe,
    getUserById: userRoutes.getUser,
    getUserByUsername: userRoutes.userByUsername,
    updateProfile: userRoutes.updateMe,
    followUser: userRoutes.followUser,
    unfollowUser: userRoutes.unfollowUser,
    getFollowers: userRoutes.listFollowers,
    getFollowing: userRoutes.listFollowing,
  }),
  ...mapped(PostService, {
    createPost: postRoutes.createPost,
    getPostById: postRoutes.getPost,
    updatePost: postRoutes.updatePost,
    deletePost: postRoutes.deletePost,
    getUserPosts: { route: postRoutes.listUserPosts, idField: "userId" },
    getFeed: postRoutes.homeFeed,
    getPublicFeed: postRoutes.listPosts,
    likePost: postRoutes.likePost,
    unlikePost: postRoutes.unlikePost,
    ...comments,
  }),
  ...mapped(CommentService, {
    ...comments,
    getCommentById: commentRoutes.getComment,
    getUserComments: { route: commentRoutes.listUserComments, idField: "userId" },
    updateComment: commentRoutes.updateComment,
    likeComment: commentRoutes.likeComment,
    unlikeComment: commentRoutes.unlikeComment,
  }),
  ...mapped(MediaService, {
    getMedia: mediaRoutes.getMedia,
    deleteMedia: mediaRoutes.deleteMedia,
    getUserMedia: { route: mediaRoutes.listUserMedia, idField: "userId" },
  }),
  ...mapped(SearchService, {
    searchUsers: searchRoutes.searchPeople,
    searchPosts: searchRoutes.searchPosts,
    searchAll: searchRoutes.search,
  }),
  ...mapped(EventService, {
    listEvents: eventRoutes.listEvents,
    getEvent: eventRoutes.getEvent,
    getAggregateEvents: eventRoutes.aggregateEvents,
    getCorrelationEvents: eventRoutes.correlationEvents,
    createReplay: replayRoutes.createReplay,
    listReplays: replayRoutes.listReplays,
    getReplay: replayRoutes.getReplay,
    pauseReplay: replayRoutes.pauseReplay,
    resumeReplay: replayRoutes.resumeReplay,
    cancelReplay: replayRoutes.cancelReplay,
    listDeadLetters: deadLetterRoutes.listDeadLetters,
    countDeadLetters: deadLetterRoutes.countDeadLetters,
    getDeadLetter: deadLetterRoutes.getDeadLetter,
    getDeadLetterAudit: deadLetterRoutes.deadLetterAudit,
    replayDeadLetters: deadLetterRoutes.replayDeadLetters,
    dropDeadLetters: deadLetterRoutes.dropDeadLetters,
  }),
];

/** Those that only services call, each at the port of its service. */
export const internalMethods: readonly MappedMethod[] = mapped(SearchIndexService, { indexPosts: searchInternalRoutes.indexPosts });
