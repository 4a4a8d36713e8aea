import { type Http, unwrap } from "../http.ts";
import type { CallOptions, Page, PageQuery, Post, TagState, Trend } from "../types.ts";

export interface TagCalls {
  /** Public posts with a tag, newest first. */
  posts(tag: string, query?: PageQuery, options?: CallOptions): Promise<Page<Post>>;
  /** The tag in the form in which tags are compared, and whether the user follows it. */
  get(tag: string, options?: CallOptions): Promise<TagState>;
  /** Its public posts are in the home feed from now on. */
  follow(tag: string, options?: CallOptions): Promise<TagState>;
  unfollow(tag: string, options?: CallOptions): Promise<TagState>;
  /** Those that most people use today, the most talked of first. */
  trends(query?: { limit?: number }, options?: CallOptions): Promise<Trend[]>;
  /** Those that the user follows. */
  followed(options?: CallOptions): Promise<TagState[]>;
}

export function tagCalls({ api }: Http): TagCalls {
  const at = (tag: string) => ({ params: { path: { tag } } });
  return {
    posts: (tag, query = {}, options) => unwrap(api.GET("/api/v1/tags/{tag}/posts", { params: { path: { tag }, query }, ...options })),
    get: (tag, options) => unwrap(api.GET("/api/v1/tags/{tag}", { ...at(tag), ...options })),
    follow: (tag, options) => unwrap(api.POST("/api/v1/tags/{tag}/follow", { ...at(tag), ...options })),
    unfollow: (tag, options) => unwrap(api.DELETE("/api/v1/tags/{tag}/follow", { ...at(tag), ...options })),
    trends: async (query = {}, options) => (await unwrap(api.GET("/api/v1/trends", { params: { query }, ...options }))).data,
    followed: async (options) => (await unwrap(api.GET("/api/v1/users/me/tags", { ...options }))).data,
  };
}
