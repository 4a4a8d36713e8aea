import type { Author, FeedPost, Post } from "@newfeed/shared/contracts/dto.ts";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { ModerationMode } from "@newfeed/shared/contracts/moderation.ts";
import type { Page, PageQuery } from "@newfeed/shared/contracts/primitives.ts";
import { categoryRoutes } from "@newfeed/shared/contracts/routes/categories.ts";
import { draftRoutes } from "@newfeed/shared/contracts/routes/drafts.ts";
import { type MutedPost, postMuteRoutes } from "@newfeed/shared/contracts/routes/post-mutes.ts";
import { postRoutes } from "@newfeed/shared/contracts/routes/posts.ts";
import { postInternalRoutes } from "@newfeed/shared/contracts/routes/posts-internal.ts";
import { tagRoutes } from "@newfeed/shared/contracts/routes/tags.ts";
import { implement } from "@newfeed/shared/http/implement.ts";
import { whileAwaited } from "@newfeed/shared/http/while-awaited.ts";
import type { MediaUrls } from "@newfeed/shared/ports/media-urls.ts";
import type { SharedAnswers } from "@newfeed/shared/runtime/shared-answers.ts";
import { type Listed, pageFrom, pageOf, type Window, windowOf } from "@newfeed/shared/store/cursors.ts";
import { exportedRows } from "@newfeed/shared/store/list.ts";
import { tagOf } from "@newfeed/shared/store/tags.ts";
import { waitsIn } from "@newfeed/shared/store/trust.ts";
import type { Express } from "express";
import type { LinkCards } from "./cards/cards.ts";
import { createCategory, deleteCategory, noSuchCategory, updateCategory } from "./categories/categories.ts";
import type { CategoryStore } from "./categories/store.ts";
import { createDraft, findDraft, toDraft, updateDraft } from "./drafts/drafts.ts";
import type { DraftStore } from "./drafts/store.ts";
import { homeFeed, homeFeedOf, placeOf } from "./feeds/home-feed.ts";
import type { FeedStore, PlacedPost } from "./feeds/store.ts";
import { vote } from "./polls/voting.ts";
import { bookmarkPost } from "./posts/bookmarks.ts";
import { toVersion } from "./posts/history.ts";
import type { KeptPost, KeptStore } from "./posts/kept-store.ts";
import { setLike } from "./posts/likes.ts";
import { mutePost, unmutePost } from "./posts/mutes.ts";
import { pinPost, unpinPost } from "./posts/pinned.ts";
import { toPost, toQuote } from "./posts/post.ts";
import { type AttachMedia, createPost, deletePost, updatePost } from "./posts/posts.ts";
import { removeRepost, repost } from "./posts/reposts.ts";
import type { PostStore, StoredPost } from "./posts/store.ts";
import { followTag } from "./tags/follow.ts";
import type { TagStore } from "./tags/store.ts";

export interface PostRoutesOptions {
  posts: PostStore;
  kept: KeptStore;
  feeds: FeedStore;
  tags: TagStore;
  categories: CategoryStore;
  cards: Pick<LinkCards, "ask" | "shown">;
  drafts: DraftStore;
  urls: MediaUrls;
  moderationMode: ModerationMode;
  /** What visitors ask for, who all see the same. */
  visitorAnswers: Pick<SharedAnswers, "of">;
  /** Makes sure that an author's names are here. Throws `unauthenticated` when the account is gone. */
  requireAuthor: (userId: UserId) => Promise<void>;
  attachMedia: AttachMedia;
  /** Throws `not_found` when there is no such user. */
  requireUser: (userId: UserId) => Promise<void>;
}

export function postServiceRoutes(
  app: Express,
  { posts, kept, feeds, tags, categories, drafts, cards, urls, moderationMode, visitorAnswers, requireAuthor, attachMedia, requireUser }: PostRoutesOptions,
): void {
  const toExported = (post: StoredPost) => toPost(post, urls);
  const toDto = (post: StoredPost) => {
    cards.shown(post);
    return toPost(post, urls);
  };
  /** What a visitor may have from a moment ago; a user reads what they have just written. */
  const forVisitors = <T>(viewerId: UserId | null, question: readonly unknown[], answer: () => Promise<T>): Promise<T> =>
    viewerId === null ? visitorAnswers.of(JSON.stringify(question), answer) : answer();
  const keyOf = ({ publishedAt, createdAt, id }: StoredPost) => ({ at: publishedAt ?? createdAt, id });
  const toFeedPost = ({ at, repostedBy, ...post }: PlacedPost): FeedPost => ({ ...toDto(post), repostedBy, repostedAt: repostedBy && at.toISOString() });
  async function page(input: PageQuery, read: (window: Window) => Promise<StoredPost[]>): Promise<Page<Post>> {
    const window = windowOf(input);
    return pageFrom(await read(window), window, keyOf, toDto);
  }
  async function keptPageOf<T>(input: PageQuery, read: (window: Window) => Promise<Listed<KeptPost>>, toItem: (post: KeptPost) => T): Promise<Page<T>> {
    const window = windowOf(input);
    return pageOf(await read(window), window, ({ keptAt: at, id }) => ({ at, id }), toItem);
  }
  const keptPage = (input: PageQuery, read: (window: Window) => Promise<Listed<KeptPost>>) => keptPageOf(input, read, toDto);
  /** Of people under a post: throws `not_found` for what the viewer may not see. */
  async function peoplePage(
    input: PageQuery,
    { viewerId, postId }: { viewerId: UserId | null; postId: PostId },
    read: (window: Window) => Promise<Listed<{ id: UserId; at: Date; author: Author }>>,
  ): Promise<Page<Author>> {
    const window = windowOf(input);
    const [seen] = await posts.visibleTo(viewerId, [postId]);
    if (!seen) throw new Problem("not_found");
    return pageOf(
      await read(window),
      window,
      ({ at, id }) => ({ at, id }),
      ({ author }) => author,
    );
  }
  async function requireCategory(slug: string): Promise<void> {
    if (!(await categories.find(slug))) throw noSuchCategory();
  }
  const exported = <T extends { id: string }, Item>(rows: T[], toItem: (row: T) => Item) => ({
    items: rows.slice(0, exportedRows).map(toItem),
    next: rows.length > exportedRows ? (rows[exportedRows - 1]?.id ?? null) : null,
  });

  const toCounted = <T extends { changedAt: Date }>(reaction: T) => ({ ...reaction, changedAt: reaction.changedAt.toISOString() });

  // Before those of posts, of which one takes any last part as an id.
  implement(app, postMuteRoutes, {
    listMutedPosts: whileAwaited(({ query: input }, { user }) =>
      keptPageOf(
        input,
        (window) => kept.mutedBy(user.userId, window),
        (post): MutedPost => ({ ...toDto(post), mutedUntil: post.keptUntil?.toISOString() ?? null }),
      ),
    ),
    mutePost: async ({ params, body }, { user: { userId } }) => {
      await requireAuthor(userId);
      return mutePost(posts, userId, params.id, body.until ?? null);
    },
    unmutePost: ({ params }, { user }) => unmutePost(posts, user.userId, params.id),
  });

  implement(app, postRoutes, {
    homeFeed: whileAwaited(async ({ query: { category, ...input } }, { user: { userId } }) => {
      const window = windowOf(input);
      if (category === undefined) return pageFrom(await homeFeed(feeds, userId, window), window, placeOf, toFeedPost);
      await requireCategory(category);
      return pageOf(await homeFeedOf(category, feeds, userId, window), window, placeOf, toFeedPost);
    }),
    listPosts: whileAwaited(({ query: { category, ...input } }, { viewerId }) =>
      forVisitors(viewerId, ["posts", category, input], async () => {
        if (category === undefined) return page(input, (window) => posts.publicPosts(viewerId, window));
        await requireCategory(category);
        return page(input, (window) => categories.postsIn(viewerId, category, window));
      }),
    ),
    listUserPosts: whileAwaited(async ({ params: { id }, query: { media, ...input } }, { viewerId }) => {
      const list = await page(input, (window) => posts[media ? "mediaPostsOf" : "postsOf"](viewerId, id, window));
      // Posts that are seen are those of a user who is. To one who is blocked the list is empty.
      if (list.data.length === 0) await requireUser(id);
      return list;
    }),
    createPost: async ({ body }, { user, idempotency }) => {
      await requireAuthor(user.userId);
      return createPost({ store: posts, attachMedia, waits: waitsIn(moderationMode, user) }, user.userId, body, idempotency);
    },
    listScheduledPosts: whileAwaited(async ({ query: input }, { user }) => {
      const window = windowOf({ ...input, order: "oldest" });
      return pageFrom(await posts.scheduledOf(user.userId, window), window, ({ publishAt, createdAt, id }) => ({ at: publishAt ?? createdAt, id }), toDto);
    }),
    getPost: async ({ params }, { viewerId }) => {
      const post = await posts.find(viewerId, params.id);
      if (!post) throw new Problem("not_found");
      return toDto(post);
    },
    postHistory: async ({ params }, { viewerId }) => {
      if (!(await posts.find(viewerId, params.id))) throw new Problem("not_found");
      return { data: (await posts.versionsOf(params.id)).map(toVersion) };
    },
    updatePost: async ({ params, body }, { user }) => {
      const post = await updatePost(posts, user.userId, params.id, body, waitsIn(moderationMode, user));
      cards.ask(post.id);
      return post;
    },
    deletePost: ({ params }, { user }) => deletePost(posts, user.userId, params.id),
    likePost: async ({ params }, { user: { userId } }) => {
      await requireAuthor(userId);
      return setLike(posts, userId, params.id, true);
    },
    unlikePost: async ({ params }, { user: { userId } }) => {
      await requireAuthor(userId);
      return setLike(posts, userId, params.id, false);
    },
    listLikers: whileAwaited(({ params: { id: postId }, query: input }, { viewerId }) =>
      peoplePage(input, { viewerId, postId }, (window) => posts.likersOf(viewerId, postId, window)),
    ),
    repost: async ({ params }, { user: { userId } }) => {
      await requireAuthor(userId);
      return repost(posts, userId, params.id);
    },
    removeRepost: async ({ params }, { user: { userId } }) => {
      await requireAuthor(userId);
      return removeRepost(posts, userId, params.id);
    },
    listReposters: whileAwaited(({ params: { id: postId }, query: input }, { viewerId }) =>
      peoplePage(input, { viewerId, postId }, (window) => posts.repostersOf(viewerId, postId, window)),
    ),
    listUserReposts: whileAwaited(async ({ params: { id }, query: input }, { viewerId }) => {
      const list = await keptPage(input, (window) => kept.repostedBy(viewerId, id, window));
      if (list.data.length === 0) await requireUser(id);
      return list;
    }),
    pinPost: async ({ params }, { user: { userId } }) => {
      await requireAuthor(userId);
      return pinPost(posts, userId, params.id);
    },
    unpinPost: ({ params }, { user: { userId } }) => unpinPost(posts, userId, params.id),
    pinnedPost: async ({ params: { id } }, { viewerId }) => {
      const post = await kept.pinnedBy(viewerId, id);
      if (!post) await requireUser(id);
      return { post: post ? toDto(post) : null };
    },
    listUserLikes: whileAwaited(async ({ params: { id }, query: input }, { viewerId }) => {
      if (viewerId === id) return keptPage(input, (window) => kept.likedBy(id, window));
      const { shown, publicLikes } = await kept.shownActsOf(viewerId, id);
      const list = await keptPage(input, async (window) => (shown && publicLikes ? kept.likedByOther(viewerId, id, window) : { rows: [], end: null }));
      if (list.data.length === 0) await requireUser(id);
      if (shown && !publicLikes) throw new Problem("forbidden", { message: "What this user likes is not public." });
      return list;
    }),
    votePoll: async ({ params, body }, { user: { userId } }) => {
      await requireAuthor(userId);
      return vote(posts, userId, params.id, body.option);
    },
    listBookmarks: whileAwaited(({ query: input }, { user }) => keptPage(input, (window) => kept.bookmarksOf(user.userId, window))),
    bookmarkPost: async ({ params }, { user: { userId } }) => {
      await requireAuthor(userId);
      return bookmarkPost(posts, userId, params.id);
    },
    removeBookmark: async ({ params }, { user: { userId } }) => {
      await kept.removeBookmark(userId, params.id);
      return { bookmarked: false };
    },
    listLikedPosts: whileAwaited(({ query: input }, { user }) => keptPage(input, (window) => kept.likedBy(user.userId, window))),
  });

  implement(app, draftRoutes, {
    listDrafts: whileAwaited(async ({ query: input }, { user }) => {
      const window = windowOf(input);
      return pageFrom(await drafts.draftsOf(user.userId, window), window, ({ createdAt: at, id }) => ({ at, id }), toDraft);
    }),
    createDraft: async ({ body }, { user: { userId }, idempotency }) => {
      await requireAuthor(userId);
      return createDraft(drafts, userId, body, idempotency);
    },
    getDraft: ({ params }, { user }) => findDraft(drafts, user.userId, params.id),
    updateDraft: ({ params, body: { revision, ...content } }, { user }) => updateDraft(drafts, user.userId, params.id, content, revision),
    deleteDraft: ({ params }, { user }) => drafts.remove(user.userId, params.id),
  });

  implement(app, tagRoutes, {
    listTagPosts: whileAwaited(({ params, query: input }, { viewerId }) =>
      forVisitors(viewerId, ["tag", tagOf(params.tag), input], () => page(input, (window) => tags.postsOf(viewerId, tagOf(params.tag), window))),
    ),
    getTag: async ({ params }, { viewerId }) => {
      const tag = tagOf(params.tag);
      return { tag, followedByMe: viewerId !== null && (await tags.isFollowed(viewerId, tag)) };
    },
    followTag: async ({ params }, { user: { userId } }) => {
      await requireAuthor(userId);
      return followTag(tags, userId, tagOf(params.tag));
    },
    unfollowTag: async ({ params }, { user: { userId } }) => {
      const tag = tagOf(params.tag);
      return { tag, followedByMe: await tags.setFollow(userId, tag, false) };
    },
    listFollowedTags: async (_input, { user }) => ({ data: (await tags.followedBy(user.userId)).map(({ tag }) => ({ tag, followedByMe: true })) }),
  });

  implement(app, categoryRoutes, {
    listCategories: async () => ({ data: await categories.list() }),
    createCategory: ({ body }, { user }) => createCategory(categories, user, body),
    updateCategory: ({ params, body }, { user }) => updateCategory(categories, user, params.slug, body),
    deleteCategory: ({ params }, { user }) => deleteCategory(categories, user, params.slug),
  });

  implement(app, postInternalRoutes, {
    access: async ({ body }) => ({ posts: await posts.visibleTo(body.viewer, body.postIds) }),
    accessOfMany: async ({ body }) => ({ answers: await posts.visibleToMany(body.asked) }),
    postsOfMany: whileAwaited(async ({ body }) => ({ answers: (await posts.findOfMany(body.asked)).map((post) => post && toDto(post)) })),
    commentedPosts: async ({ body: { viewer, authorId, postIds } }) => {
      const { shown } = await kept.shownActsOf(viewer, authorId);
      return { posts: shown ? (await kept.commentedPosts(viewer, postIds)).map(({ post }) => toQuote(post, urls)) : null };
    },
    publicPage: async ({ body: { viewer, ...input } }) => {
      const { data, pageInfo } = await page(input, (window) => posts.publicPosts(viewer, window));
      return { data: data.map(({ id, author, status, visibility, revision }) => ({ id, authorId: author.id, status, visibility, revision })), pageInfo };
    },
    publishedAfter: async ({ query: { after } }) => {
      const { items, next } = exported(await posts.publishedAfter(after), toExported);
      return { posts: items, next: next as PostId | null };
    },
    firstPublic: async () => ({ at: (await posts.firstPublicAt())?.toISOString() ?? null }),
    publicDay: async ({ query: { day } }) => ({
      posts: (await posts.publicDay(new Date(day))).map(({ updatedAt, ...post }) => ({ ...post, updatedAt: updatedAt.toISOString() })),
    }),
    likesAfter: async ({ query: { after } }) => {
      const { items, next } = exported(await posts.likesAfter(after), toCounted);
      return { likes: items, next };
    },
    repostsAfter: async ({ query: { after } }) => {
      const { items, next } = exported(await posts.repostsAfter(after), toCounted);
      return { reposts: items, next };
    },
    postExport: async ({ params, query: { section, after } }) => {
      if (section === "followedTags") return { items: await tags.followedBy(params.id), next: null };
      if (section === "postVersions") return exported(await posts.exportVersions(params.id, after), toVersion);
      if (section === "drafts") return exported(await drafts.exportDrafts(params.id, after), toDraft);
      if (section === "bookmarks")
        return exported(await kept.exportBookmarks(params.id, after), ({ id: postId, createdAt }) => ({ postId, createdAt: createdAt.toISOString() }));
      if (section === "pollVotes")
        return exported(await posts.exportVotes(params.id, after), ({ id: postId, option, createdAt }) => ({
          postId,
          option,
          createdAt: createdAt.toISOString(),
        }));
      if (section === "mutedPosts")
        return exported(await kept.exportMutes(params.id, after), ({ id: postId, until, mutedAt }) => ({
          postId,
          until: until?.toISOString() ?? null,
          mutedAt: mutedAt.toISOString(),
        }));
      if (section === "pinnedPosts")
        return exported(await kept.exportPinned(params.id), ({ id: postId, pinnedAt }) => ({ postId, pinnedAt: pinnedAt.toISOString() }));
      if (section === "postReposts") return exported(await posts.exportReposts(params.id, after), (repost) => repost);
      return section === "posts"
        ? exported(await posts.exportPosts(params.id, after), toExported)
        : exported(await posts.exportLikes(params.id, after), (like) => like);
    },
  });
}
