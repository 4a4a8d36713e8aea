import { AuthService } from "@newfeed/shared/proto/newfeed/v1/auth_pb.ts";
import { CommentService } from "@newfeed/shared/proto/newfeed/v1/comment_pb.ts";
import { EventService } from "@newfeed/shared/proto/newfeed/v1/event_pb.ts";
import { MediaService } from "@newfeed/shared/proto/newfeed/v1/media_pb.ts";
import { PostService } from "@newfeed/shared/proto/newfeed/v1/post_pb.ts";
import { SearchService } from "@newfeed/shared/proto/newfeed/v1/search_pb.ts";
import { UserService } from "@newfeed/shared/proto/newfeed/v1/user_pb.ts";
import type { Input, Operation } from "./parity.ts";

const author = "author { id username fullName avatarUrl }";
const post = `post { id ${author} title content postType visibility status sensitive contentWarning category location mediaUrls
  quotedPostId quotable poll { options { text votes } votes duration endsAt closed myVote } likeCount commentCount repostCount shareCount
  clientMutationId publishAt publishedAt createdAt updatedAt revision likedByMe bookmarkedByMe repostedByMe mutedByMe }`;
const posts = post.replace(/^post/, "posts");
const comment = `comment { id postId parentCommentId rootCommentId depth ${author} content deleted likeCount replyCount clientMutationId
  createdAt updatedAt revision likedByMe }`;
const comments = comment.replace(/^comment/, "comments");
const user = `user { id username fullName avatarUrl headerUrl bio location links followerCount followingCount private publicLikes createdAt updatedAt revision }`;
const users = user.replace(/^user/, "users");
const refusal = "success message code errors { field message }";
const page = "pageInfo { hasNextPage endCursor startCursor }";

const queryOf = ({ id: _, ...query }: Input) => {
  const search = new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]));
  return search.size > 0 ? `?${search}` : "";
};
const idOf = ({ id }: Input) => encodeURIComponent(String(id));
const withoutId = ({ id: _, ...rest }: Input) => rest;
const asUser = ({ id, ...rest }: Input) => ({ userId: id, ...rest });
/** What is to be emptied is named by a mask. */
const withMask = (input: Input) =>
  Object.values(input).includes(null)
    ? {
        ...Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null)),
        updateMask: Object.keys(withoutId(input)).join(","),
      }
    : input;

const like = (method: string, field: string, of: "posts" | "comments"): Operation => ({
  rest: (input) => ({ method, path: `/api/v1/${of}/${idOf(input)}/like` }),
  graphql: { document: `mutation ($id: ID!) { ${field}(id: $id) { ${refusal} } }` },
  grpc: of === "posts" ? { service: PostService, method: field } : { service: CommentService, method: field },
});
const ofUser = (method: string, path: string, name: string, graphql: NonNullable<Operation["graphql"]>): Operation => ({
  rest: (input) => ({ method, path: `/api/v1/users/${idOf(input)}${path}${method === "GET" ? queryOf(input) : ""}` }),
  graphql,
  grpc: { service: UserService, method: name },
});

const follow = (field: string): NonNullable<Operation["graphql"]> => ({
  document: `mutation ($id: ID!) { ${field}(id: $id) { ${refusal} following requested followerCount revision } }`,
  pick: ({ following, requested, followerCount, revision }) => ({ following, requested, followerCount, revision }),
});
const people = (field: string): NonNullable<Operation["graphql"]> => ({
  document: `query ($id: ID!, $limit: Int, $cursor: ID) { ${field}(userId: $id, limit: $limit, cursor: $cursor) { ${refusal} ${users} ${page} } }`,
  pick: (result) => ({ data: result["users"], pageInfo: result["pageInfo"] }),
});

export const operations = {
  createPost: {
    rest: (body) => ({ method: "POST", path: "/api/v1/posts", body }),
    graphql: {
      document: `mutation ($input: CreatePostInput!) { createPost(input: $input) { ${refusal} ${post} } }`,
      variables: (input) => ({ input }),
      pick: (result) => result["post"],
    },
    grpc: { service: PostService, method: "createPost" },
  },
  getPost: {
    rest: (input) => ({ method: "GET", path: `/api/v1/posts/${idOf(input)}` }),
    graphql: { document: `query ($id: ID!) { getPost(id: $id) { ${refusal} ${post} } }`, pick: (result) => result["post"] },
    grpc: { service: PostService, method: "getPostById" },
  },
  updatePost: {
    rest: (input) => ({ method: "PATCH", path: `/api/v1/posts/${idOf(input)}`, body: withoutId(input) }),
    graphql: {
      document: `mutation ($id: ID!, $input: UpdatePostInput!) { updatePost(id: $id, input: $input) { ${refusal} ${post} } }`,
      variables: (input) => ({ id: input["id"], input: withoutId(input) }),
      pick: (result) => result["post"],
    },
    grpc: { service: PostService, method: "updatePost", message: withMask },
  },
  deletePost: {
    rest: (input) => ({ method: "DELETE", path: `/api/v1/posts/${idOf(input)}` }),
    graphql: { document: `mutation ($id: ID!) { deletePost(id: $id) { ${refusal} } }` },
    grpc: { service: PostService, method: "deletePost" },
  },
  likePost: like("POST", "likePost", "posts"),
  unlikePost: like("DELETE", "unlikePost", "posts"),
  homeFeed: {
    rest: (input) => ({ method: "GET", path: `/api/v1/feed${queryOf(input)}` }),
    graphql: {
      document: `query ($limit: Int, $cursor: ID) { getNewsFeed(limit: $limit, cursor: $cursor) { ${refusal} ${posts} } }`,
      pick: (result) => ({ data: result["posts"] }),
    },
    grpc: { service: PostService, method: "getFeed" },
  },
  userPosts: {
    rest: (input) => ({ method: "GET", path: `/api/v1/users/${idOf(input)}/posts${queryOf(input)}` }),
    graphql: {
      document: `query ($id: ID!, $limit: Int, $cursor: ID) { userPosts(userId: $id, limit: $limit, cursor: $cursor) { ${refusal} ${posts} ${page} } }`,
      pick: (result) => ({ data: result["posts"], pageInfo: result["pageInfo"] }),
    },
    grpc: { service: PostService, method: "getUserPosts", message: asUser },
  },
  createComment: {
    rest: (body) => ({ method: "POST", path: "/api/v1/comments", body }),
    graphql: {
      document: `mutation ($input: CreateCommentInput!) { createComment(input: $input) { ${refusal} ${comment} } }`,
      variables: (input) => ({ input }),
      pick: (result) => result["comment"],
    },
    grpc: { service: PostService, method: "createComment" },
  },
  getComment: {
    rest: (input) => ({ method: "GET", path: `/api/v1/comments/${idOf(input)}` }),
    graphql: { document: `query ($id: ID!) { getComment(id: $id) { ${refusal} ${comment} } }`, pick: (result) => result["comment"] },
    grpc: { service: CommentService, method: "getCommentById" },
  },
  getComments: {
    rest: (input) => ({ method: "GET", path: `/api/v1/comments${queryOf(input)}` }),
    graphql: {
      document: `query ($postId: ID!, $limit: Int, $order: CommentOrder, $parentCommentId: ID) {
        getComments(postId: $postId, limit: $limit, order: $order, parentCommentId: $parentCommentId) { ${refusal} ${comments} } }`,
      pick: (result) => ({ data: result["comments"] }),
    },
    grpc: { service: PostService, method: "getComments" },
  },
  updateComment: {
    rest: (input) => ({ method: "PATCH", path: `/api/v1/comments/${idOf(input)}`, body: withoutId(input) }),
    graphql: {
      document: `mutation ($id: ID!, $content: String!) { updateComment(id: $id, content: $content) { ${refusal} ${comment} } }`,
      pick: (result) => result["comment"],
    },
    grpc: { service: CommentService, method: "updateComment" },
  },
  deleteComment: {
    rest: (input) => ({ method: "DELETE", path: `/api/v1/comments/${idOf(input)}` }),
    graphql: { document: `mutation ($id: ID!) { deleteComment(id: $id) { ${refusal} } }` },
    grpc: { service: PostService, method: "deleteComment" },
  },
  likeComment: like("POST", "likeComment", "comments"),
  unlikeComment: like("DELETE", "unlikeComment", "comments"),
  userComments: {
    rest: (input) => ({ method: "GET", path: `/api/v1/users/${idOf(input)}/comments${queryOf(input)}` }),
    graphql: {
      document: `query ($id: ID!, $limit: Int, $cursor: ID) { userComments(userId: $id, limit: $limit, cursor: $cursor) { ${refusal} ${comments} ${page} } }`,
      pick: (result) => ({ data: result["comments"], pageInfo: result["pageInfo"] }),
    },
    grpc: { service: CommentService, method: "getUserComments", message: asUser },
  },
  me: { rest: () => ({ method: "GET", path: "/api/v1/users/me" }), grpc: { service: UserService, method: "getMe" } },
  getUser: ofUser("GET", "", "getUserById", {
    document: `query ($id: ID!) { user(id: $id) { ${refusal} ${user} } }`,
    pick: (result) => result["user"],
  }),
  userByUsername: {
    rest: ({ username }) => ({ method: "GET", path: `/api/v1/users/by-username/${encodeURIComponent(String(username))}` }),
    graphql: { document: `query ($username: String!) { userByUsername(username: $username) { ${refusal} ${user} } }`, pick: (result) => result["user"] },
    grpc: { service: UserService, method: "getUserByUsername" },
  },
  updateProfile: {
    rest: (body) => ({ method: "PATCH", path: "/api/v1/users/me", body }),
    graphql: {
      document: `mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { ${refusal} ${user} } }`,
      variables: (input) => ({ input }),
      pick: (result) => result["user"],
    },
    grpc: { service: UserService, method: "updateProfile", message: withMask },
  },
  followUser: ofUser("POST", "/follow", "followUser", follow("followUser")),
  unfollowUser: ofUser("DELETE", "/follow", "unfollowUser", follow("unfollowUser")),
  followers: ofUser("GET", "/followers", "getFollowers", people("followers")),
  following: ofUser("GET", "/following", "getFollowing", people("following")),
  getMedia: { rest: (input) => ({ method: "GET", path: `/api/media/${idOf(input)}` }), grpc: { service: MediaService, method: "getMedia" } },
  deleteMedia: { rest: (input) => ({ method: "DELETE", path: `/api/media/${idOf(input)}` }), grpc: { service: MediaService, method: "deleteMedia" } },
  userMedia: {
    rest: (input) => ({ method: "GET", path: `/api/v1/users/${idOf(input)}/media${queryOf(input)}` }),
    grpc: { service: MediaService, method: "getUserMedia", message: asUser },
  },
  events: { rest: (input) => ({ method: "GET", path: `/api/v1/events${queryOf(input)}` }), grpc: { service: EventService, method: "listEvents" } },
  event: { rest: (input) => ({ method: "GET", path: `/api/v1/events/${idOf(input)}` }), grpc: { service: EventService, method: "getEvent" } },
  createReplay: { rest: (body) => ({ method: "POST", path: "/api/v1/replays", body }), grpc: { service: EventService, method: "createReplay" } },
  deadLetters: {
    rest: (input) => ({ method: "GET", path: `/api/v1/dead-letters${queryOf(input)}` }),
    grpc: { service: EventService, method: "listDeadLetters" },
  },
  dropDeadLetters: {
    rest: (body) => ({ method: "POST", path: "/api/v1/dead-letters/drop", body }),
    grpc: { service: EventService, method: "dropDeadLetters" },
  },
  searchPosts: {
    rest: (input) => ({ method: "GET", path: `/api/v1/search/posts${queryOf(input)}` }),
    graphql: {
      document: `query ($q: String!, $limit: Int) { searchPosts(q: $q, limit: $limit) { ${refusal} ${page} } }`,
      pick: ({ pageInfo }) => ({ pageInfo }),
    },
    grpc: { service: SearchService, method: "searchPosts" },
  },
  searchUsers: {
    rest: (input) => ({ method: "GET", path: `/api/v1/search/users${queryOf(input)}` }),
    graphql: {
      document: `query ($q: String!, $limit: Int) { searchUsers(q: $q, limit: $limit) { ${refusal} ${users} ${page} } }`,
      pick: (result) => ({ data: result["users"], pageInfo: result["pageInfo"] }),
    },
    grpc: { service: SearchService, method: "searchUsers" },
  },
  login: {
    rest: (body) => ({ method: "POST", path: "/api/auth/login", body }),
    grpc: { service: AuthService, method: "login" },
  },
  register: { rest: (body) => ({ method: "POST", path: "/api/auth/signup", body }), grpc: { service: AuthService, method: "register" } },
  refreshToken: { rest: (body) => ({ method: "POST", path: "/api/auth/refresh", body }), grpc: { service: AuthService, method: "refreshToken" } },
  validateToken: {
    rest: (body) => ({ method: "POST", path: "/api/auth/validate", body, pick: ({ data }) => data }),
    grpc: { service: AuthService, method: "validateToken" },
  },
  resetPassword: { rest: (body) => ({ method: "POST", path: "/api/auth/password/reset", body }), grpc: { service: AuthService, method: "resetPassword" } },
  forgotPassword: {
    rest: (body) => ({ method: "POST", path: "/api/auth/password/forgot", body, pick: () => ({}) }),
    grpc: { service: AuthService, method: "forgotPassword" },
  },
} as const satisfies Record<string, Operation>;
export type OperationName = keyof typeof operations;
