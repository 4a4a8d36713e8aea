import { type Http, unwrap } from "../http.ts";
import type {
  AggregateQuery,
  Author,
  BookmarkState,
  CallOptions,
  Comment,
  CommentPage,
  CommentQuery,
  CommentThread,
  CommentVersion,
  CreateComment,
  CreatePost,
  FeedPost,
  FeedQuery,
  LikeState,
  MutedPost,
  Page,
  PageQuery,
  PinState,
  PollState,
  Post,
  PostAggregate,
  PostMuteState,
  PostVersion,
  RepostState,
  UpdatePost,
  UserComment,
} from "../types.ts";

/** A new id for a write, by which its answer and its live event are recognised. */
export const newMutationId = (): string => {
  const { crypto } = globalThis as { crypto?: { randomUUID?(): string } };
  // React Native, and pages without TLS, have no `randomUUID`.
  return crypto?.randomUUID?.() ?? `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}${Math.random().toString(36).slice(2)}`;
};

/** Sent twice, done once: the key is for the answer, the id for the live event. */
const once = <B extends { clientMutationId?: string }>(body: B) => {
  const clientMutationId = body.clientMutationId ?? newMutationId();
  return { body: { ...body, clientMutationId }, key: { "Idempotency-Key": clientMutationId } };
};

export interface PostCalls {
  /** The public feed, newest first; with `category`, its posts alone. */
  list(query?: FeedQuery, options?: CallOptions): Promise<Page<Post>>;
  /** A user's posts, newest first; of the signed-in user, drafts too. With `media`, those that are published with pictures, videos or documents. */
  listOf(userId: string, query?: PageQuery & { media?: boolean }, options?: CallOptions): Promise<Page<Post>>;
  /** The signed-in user's scheduled posts, the next one to be published first. */
  scheduled(query?: PageQuery, options?: CallOptions): Promise<Page<Post>>;
  get(id: string, options?: CallOptions): Promise<Post>;
  /** What a post said before its changes, newest first. */
  history(id: string, options?: CallOptions): Promise<PostVersion[]>;
  /** A post with its newest comments, in one call. */
  aggregate(id: string, options?: CallOptions): Promise<PostAggregate>;
  /** The public feed, newest first, each post with its three newest comments. */
  aggregates(query?: AggregateQuery, options?: CallOptions): Promise<Page<PostAggregate>>;
  /** Public posts that most people like and comment, of today or of the week, the most popular first. */
  popular(query?: { window?: "day" | "week"; limit?: number }, options?: CallOptions): Promise<Post[]>;
  /** Retried when the network fails; the post is written once. */
  create(body: CreatePost, options?: CallOptions): Promise<Post>;
  update(id: string, body: UpdatePost, options?: CallOptions): Promise<Post>;
  delete(id: string, options?: CallOptions): Promise<void>;
  like(id: string, options?: CallOptions): Promise<LikeState>;
  unlike(id: string, options?: CallOptions): Promise<LikeState>;
  /** The posts that the user likes and may see, the last one liked first. */
  liked(query?: PageQuery, options?: CallOptions): Promise<Page<Post>>;
  /** The posts that a user likes, the last one liked first. Refused with `forbidden` where that is not public. */
  likedBy(userId: string, query?: PageQuery, options?: CallOptions): Promise<Page<Post>>;
  /** Who likes a post, the last one first. */
  likers(id: string, query?: PageQuery, options?: CallOptions): Promise<Page<Author>>;
  /** A public post; the user's followers find it in their home feeds. */
  repost(id: string, options?: CallOptions): Promise<RepostState>;
  removeRepost(id: string, options?: CallOptions): Promise<RepostState>;
  /** Who has reposted a post, the last one first. */
  reposters(id: string, query?: PageQuery, options?: CallOptions): Promise<Page<Author>>;
  /** The posts that a user has reposted, the last one reposted first. */
  repostedBy(userId: string, query?: PageQuery, options?: CallOptions): Promise<Page<Post>>;
  /** Once, and for good; `option` is its place, from 0. Nobody else learns of it. */
  vote(id: string, option: number, options?: CallOptions): Promise<PollState>;
  /** Shows a post of the user's first on their profile, in place of another. */
  pin(id: string, options?: CallOptions): Promise<PinState>;
  unpin(id: string, options?: CallOptions): Promise<PinState>;
  /** The post that a user shows first on their profile; null where there is none to see. */
  pinnedOf(userId: string, options?: CallOptions): Promise<Post | null>;
  /** Nobody else learns of it. */
  bookmark(id: string, options?: CallOptions): Promise<BookmarkState>;
  removeBookmark(id: string, options?: CallOptions): Promise<BookmarkState>;
  /** The posts that the user has bookmarked and may see, the last one bookmarked first. */
  bookmarked(query?: PageQuery, options?: CallOptions): Promise<Page<Post>>;
  /** Mutes a conversation, `until` then or for good: nothing about the post, or under it, notifies the user. Nobody else learns of it. */
  mute(id: string, end?: { until?: string | null }, options?: CallOptions): Promise<PostMuteState>;
  unmute(id: string, options?: CallOptions): Promise<PostMuteState>;
  /** The posts that the user has muted and may see, the last one muted first. */
  muted(query?: PageQuery, options?: CallOptions): Promise<Page<MutedPost>>;
}

export function postCalls({ api }: Http): PostCalls {
  const at = (id: string) => ({ params: { path: { id } } });
  return {
    list: (query = {}, options) => unwrap(api.GET("/api/v1/posts", { params: { query }, ...options })),
    listOf: (id, { media, ...query } = {}, options) =>
      unwrap(api.GET("/api/v1/users/{id}/posts", { params: { path: { id }, query: { ...query, ...(media ? { media: "true" as const } : {}) } }, ...options })),
    scheduled: (query = {}, options) => unwrap(api.GET("/api/v1/posts/scheduled", { params: { query }, ...options })),
    get: (id, options) => unwrap(api.GET("/api/v1/posts/{id}", { ...at(id), ...options })),
    history: async (id, options) => (await unwrap(api.GET("/api/v1/posts/{id}/history", { ...at(id), ...options }))).data,
    aggregate: (id, options) => unwrap(api.GET("/query/post/{id}", { ...at(id), ...options })),
    aggregates: (query = {}, options) => unwrap(api.GET("/query/posts", { params: { query }, ...options })),
    popular: async (query = {}, options) => (await unwrap(api.GET("/api/v1/posts/popular", { params: { query }, ...options }))).data,
    create(post, options) {
      const { body, key } = once(post);
      return unwrap(api.POST("/api/v1/posts", { body, params: { header: key }, ...options }));
    },
    update: (id, body, options) => unwrap(api.PATCH("/api/v1/posts/{id}", { ...at(id), body, ...options })),
    async delete(id, options) {
      await unwrap(api.DELETE("/api/v1/posts/{id}", { ...at(id), ...options }));
    },
    like: (id, options) => unwrap(api.POST("/api/v1/posts/{id}/like", { ...at(id), ...options })),
    unlike: (id, options) => unwrap(api.DELETE("/api/v1/posts/{id}/like", { ...at(id), ...options })),
    liked: (query = {}, options) => unwrap(api.GET("/api/v1/users/me/likes", { params: { query }, ...options })),
    likedBy: (id, query = {}, options) => unwrap(api.GET("/api/v1/users/{id}/likes", { params: { path: { id }, query }, ...options })),
    likers: (id, query = {}, options) => unwrap(api.GET("/api/v1/posts/{id}/likes", { params: { path: { id }, query }, ...options })),
    repost: (id, options) => unwrap(api.POST("/api/v1/posts/{id}/repost", { ...at(id), ...options })),
    removeRepost: (id, options) => unwrap(api.DELETE("/api/v1/posts/{id}/repost", { ...at(id), ...options })),
    reposters: (id, query = {}, options) => unwrap(api.GET("/api/v1/posts/{id}/reposts", { params: { path: { id }, query }, ...options })),
    repostedBy: (id, query = {}, options) => unwrap(api.GET("/api/v1/users/{id}/reposts", { params: { path: { id }, query }, ...options })),
    vote: (id, option, options) => unwrap(api.POST("/api/v1/posts/{id}/poll/votes", { ...at(id), body: { option }, ...options })),
    pin: (id, options) => unwrap(api.POST("/api/v1/posts/{id}/pin", { ...at(id), ...options })),
    unpin: (id, options) => unwrap(api.DELETE("/api/v1/posts/{id}/pin", { ...at(id), ...options })),
    pinnedOf: async (id, options) => (await unwrap(api.GET("/api/v1/users/{id}/pinned", { ...at(id), ...options }))).post,
    bookmark: (id, options) => unwrap(api.POST("/api/v1/posts/{id}/bookmark", { ...at(id), ...options })),
    removeBookmark: (id, options) => unwrap(api.DELETE("/api/v1/posts/{id}/bookmark", { ...at(id), ...options })),
    bookmarked: (query = {}, options) => unwrap(api.GET("/api/v1/bookmarks", { params: { query }, ...options })),
    mute: (id, end = {}, options) => unwrap(api.POST("/api/v1/posts/{id}/mute", { ...at(id), body: end, ...options })),
    unmute: (id, options) => unwrap(api.DELETE("/api/v1/posts/{id}/mute", { ...at(id), ...options })),
    muted: (query = {}, options) => unwrap(api.GET("/api/v1/posts/muted", { params: { query }, ...options })),
  };
}

export interface FeedCalls {
  /** The home feed: the user's own posts, those of the users they follow, and what these have reposted. Pages of a `category` may be short, or empty, and have a next one. */
  home(query?: FeedQuery, options?: CallOptions): Promise<Page<FeedPost>>;
}

export const feedCalls = ({ api }: Http): FeedCalls => ({
  home: (query = {}, options) => unwrap(api.GET("/api/v1/feed", { params: { query }, ...options })),
});

export interface CommentCalls {
  /**
   * Of a post, newest first or by `order` oldest or most liked first; with `parentCommentId`, the direct replies to a comment. `nextCursor` and
   * `previousCursor` lead on as `cursor`, to both sides of a page that `around` asks for. `streamCursor` is where to follow from.
   */
  list(postId: string, query?: CommentQuery, options?: CallOptions): Promise<CommentPage>;
  /** A user's comments, newest first, each with the post that it stands under. */
  listOf(userId: string, query?: Omit<PageQuery, "page">, options?: CallOptions): Promise<Page<UserComment>>;
  get(id: string, options?: CallOptions): Promise<Comment>;
  /** What a comment said before its changes, newest first. */
  history(id: string, options?: CallOptions): Promise<CommentVersion[]>;
  /** With the nearest twenty comments above it. */
  thread(id: string, options?: CallOptions): Promise<CommentThread>;
  /** Retried when the network fails; the comment is written once. */
  create(postId: string, body: CreateComment, options?: CallOptions): Promise<Comment>;
  update(id: string, content: string, options?: CallOptions): Promise<Comment>;
  delete(id: string, options?: CallOptions): Promise<void>;
  like(id: string, options?: CallOptions): Promise<LikeState>;
  unlike(id: string, options?: CallOptions): Promise<LikeState>;
}

export function commentCalls({ api }: Http): CommentCalls {
  const at = (id: string) => ({ params: { path: { id } } });
  return {
    list: (id, query = {}, options) => unwrap(api.GET("/api/v1/posts/{id}/comments", { params: { path: { id }, query }, ...options })),
    listOf: (id, query = {}, options) => unwrap(api.GET("/api/v1/users/{id}/comments", { params: { path: { id }, query }, ...options })),
    get: (id, options) => unwrap(api.GET("/api/v1/comments/{id}", { ...at(id), ...options })),
    history: async (id, options) => (await unwrap(api.GET("/api/v1/comments/{id}/history", { ...at(id), ...options }))).data,
    thread: (id, options) => unwrap(api.GET("/api/v1/comments/{id}/thread", { ...at(id), ...options })),
    create(id, comment, options) {
      const { body, key } = once(comment);
      return unwrap(api.POST("/api/v1/posts/{id}/comments", { body, params: { path: { id }, header: key }, ...options }));
    },
    update: (id, content, options) => unwrap(api.PATCH("/api/v1/comments/{id}", { ...at(id), body: { content }, ...options })),
    async delete(id, options) {
      await unwrap(api.DELETE("/api/v1/comments/{id}", { ...at(id), ...options }));
    },
    like: (id, options) => unwrap(api.POST("/api/v1/comments/{id}/like", { ...at(id), ...options })),
    unlike: (id, options) => unwrap(api.DELETE("/api/v1/comments/{id}/like", { ...at(id), ...options })),
  };
}
