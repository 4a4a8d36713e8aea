import type { Post } from "@newfeed/shared/contracts/dto.ts";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Page, PageQuery } from "@newfeed/shared/contracts/primitives.ts";
import { postInternalRoutes, postRoutes } from "@newfeed/shared/contracts/routes/posts.ts";
import { implement } from "@newfeed/shared/http/implement.ts";
import type { Database, Query } from "@newfeed/shared/ports/database.ts";
import type { MediaUrls } from "@newfeed/shared/ports/media-urls.ts";
import { pageFrom, type Window, windowOf } from "@newfeed/shared/store/cursors.ts";
import type { Express } from "express";
import { homeFeed } from "./home-feed.ts";
import { setLike } from "./likes.ts";
import { type PostRow, toPost } from "./post-row.ts";
import { type AttachMedia, createPost, deletePost, updatePost } from "./posts.ts";
import { accessible, accessibleToMany, exportLikes, exportPosts, findPost, postsOfUser, publicFeed } from "./queries.ts";
import type { Store } from "./store.ts";

export interface PostRoutesOptions {
  store: Store;
  database: Pick<Database, "query" | "prepared" | "transaction">;
  urls: MediaUrls;
  /** Makes sure that an author's names are here. Throws `unauthenticated` when the account is gone. */
  requireAuthor: (userId: UserId) => Promise<void>;
  attachMedia: AttachMedia;
}

const exportPage = 200;

export function postServiceRoutes(app: Express, { store, database, urls, requireAuthor, attachMedia }: PostRoutesOptions): void {
  const { query, prepared } = database;
  const toDto = (row: PostRow) => toPost(row, urls);
  async function page(input: PageQuery, read: (window: Window, query: Query) => Promise<PostRow[]>): Promise<Page<Post>> {
    const window = windowOf(input);
    return pageFrom(await read(window, window.skip > 0 ? query : prepared), window, (row) => ({ at: row.published_at ?? row.created_at, id: row.id }), toDto);
  }
  const exported = <T extends { id: string }>(rows: T[], toItem: (row: T) => unknown) => ({
    items: rows.slice(0, exportPage).map(toItem),
    next: rows.length > exportPage ? (rows[exportPage - 1]?.id ?? null) : null,
  });

  implement(app, postRoutes, {
    homeFeed: ({ query: input }, { user }) => page(input, (window) => homeFeed(database, user.userId, window)),
    listPosts: ({ query: input }, { viewerId }) => page(input, (window, list) => publicFeed(list, viewerId, window)),
    listUserPosts: ({ params, query: input }, { viewerId }) => page(input, (window, list) => postsOfUser(list, viewerId, params.id, window)),
    createPost: async ({ body }, { user: { userId }, idempotency }) => {
      await requireAuthor(userId);
      return createPost({ store, attachMedia }, userId, body, idempotency);
    },
    getPost: async ({ params }, { viewerId }) => {
      const row = await findPost(prepared, viewerId, params.id);
      if (!row) throw new Problem("not_found");
      return toDto(row);
    },
    updatePost: ({ params, body }, { user }) => updatePost(store, user.userId, params.id, body),
    deletePost: ({ params }, { user }) => deletePost(store, user.userId, params.id),
    likePost: async ({ params }, { user: { userId } }) => {
      await requireAuthor(userId);
      return setLike(store, userId, params.id, true);
    },
    unlikePost: async ({ params }, { user: { userId } }) => {
      await requireAuthor(userId);
      return setLike(store, userId, params.id, false);
    },
  });

  implement(app, postInternalRoutes, {
    access: async ({ body }) => ({ posts: await accessible(prepared, body.viewer, body.postIds) }),
    accessOfMany: async ({ body }) => ({ answers: await accessibleToMany(prepared, body.asked) }),
    postExport: async ({ params, query: { section, after } }) =>
      section === "posts"
        ? exported(await exportPosts(query, params.id, after, exportPage + 1), toDto)
        : exported(await exportLikes(query, params.id, after, exportPage + 1), (like) => like),
  });
}
