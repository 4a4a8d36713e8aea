import { type Http, unwrap } from "../http.ts";
import type { CallOptions, Page, PostHit, SearchResults, TagHit, User } from "../types.ts";

interface SearchPage {
  limit?: number;
  /** `endCursor` of the page before. */
  cursor?: string;
}

export interface SearchCalls {
  /** The first posts, users and tags, or those of one type. */
  all(q: string, query?: { type?: "posts" | "users" | "tags"; limit?: number }, options?: CallOptions): Promise<SearchResults>;
  /** Posts by words, the best and newest first, with where the words stand. */
  posts(q: string, query?: SearchPage, options?: CallOptions): Promise<Page<PostHit>>;
  users(q: string, query?: SearchPage, options?: CallOptions): Promise<Page<User>>;
  /** Tags by how they begin. */
  tags(q: string, query?: { limit?: number }, options?: CallOptions): Promise<Page<TagHit>>;
}

export const searchCalls = ({ api }: Http): SearchCalls => ({
  all: (q, query = {}, options) => unwrap(api.GET("/api/v1/search", { params: { query: { q, ...query } }, ...options })),
  posts: (q, query = {}, options) => unwrap(api.GET("/api/v1/search/posts", { params: { query: { q, ...query } }, ...options })),
  users: (q, query = {}, options) => unwrap(api.GET("/api/v1/search/users", { params: { query: { q, ...query } }, ...options })),
  tags: (q, query = {}, options) => unwrap(api.GET("/api/v1/search/tags", { params: { query: { q, ...query } }, ...options })),
});
