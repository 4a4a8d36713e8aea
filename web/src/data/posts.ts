import {
  type Author,
  type CreatePost,
  createEntityStore,
  createLikes,
  createObservable,
  createOutbox,
  createToggle,
  type FeedEvent,
  type FeedPost,
  type ListQuery,
  type LiveForm,
  NewFeedError,
  type Page,
  type Pending,
  type Post,
  type QuotedPost,
  type UpdatePost,
} from "@newfeed/client";
import { useQuery } from "@tanstack/react-query";
import { showProblem } from "../components/toasts.tsx";
import { t } from "../texts/texts.ts";
import { client, refetch } from "./client.ts";
import { useEntity, useObservable } from "./hooks.ts";
import { type FeedName, keys } from "./keys.ts";
import { createLists, useList } from "./lists.ts";
import { pendingPoll } from "./polls.ts";

const lists = createLists<Post, Page<Post>>();

export const posts = createEntityStore<Post>({ held: lists.held });

/** A post of the user's that is published now: it is in the feeds that show it. */
export function placePost(post: Post): void {
  posts.fetching()([post]);
  for (const name of feedsOf(post)) findFeed(name)?.upsert(post);
}

/** Posts that are being sent. */
const outbox = createOutbox<Post>(placePost);

/** The feeds that show a new post of the user's. */
const feedsOf = ({ author, visibility, category, media }: Post): FeedName[] => {
  const ofAll: FeedName[] = visibility === "public" ? ["public", ...(category ? ([`category:${category}`] as const) : [])] : [];
  return ["home", `user:${author.id}`, ...(media.length > 0 ? ([`media:${author.id}`] as const) : []), ...ofAll];
};

/** The post as it is known now; undefined before it is fetched, null when it is gone. */
export const usePost = (id: string): Post | null | undefined => useEntity(posts, id);

/** All that is written in it and in what it quotes, for filters. */
export const textsOf = (post: Post): string => [...wordsOf(post), ...(post.quotedPost ? wordsOf(post.quotedPost) : [])].filter(Boolean).join("\n");
const wordsOf = ({ title, contentWarning, content, poll }: QuotedPost): (string | null)[] => [
  title,
  contentWarning,
  content,
  ...(poll?.options.map(({ text }) => text) ?? []),
];

/** A React key that stays the same while a post is sent and afterwards. */
export const postKey = outbox.keyOf;

async function fetchPost(id: string, signal?: AbortSignal): Promise<void> {
  const take = posts.fetching();
  try {
    take([await client.posts.get(id, signal && { signal })]);
  } catch (error) {
    if (!(error instanceof NewFeedError && (error.status === 404 || error.code === "validation_failed"))) throw error;
    posts.remove(id);
  }
}

/** A post on its own page: fetched on every visit, since nothing followed it meanwhile. */
export function useFetchedPost(id: string) {
  const { error, refetch } = useQuery({
    queryKey: keys.post(id),
    queryFn: async ({ signal }) => {
      await fetchPost(id, signal);
      return null;
    },
    refetchOnMount: "always",
  });
  return { post: usePost(id), error, refetch };
}

/** After a `reset`. What fails is fetched again on the next visit. */
export const refetchPost = (id: string) => fetchPost(id).catch(() => {});

export const patchPost = (id: string, change: (post: Post) => Partial<Post>) => posts.patch(id, change);

/** Takes a post from a stream. */
export const mergePost = (post: LiveForm<Post>) => posts.merge(post);

/** A post that is gone, or that this user may no longer see: its card says so until its list is fetched again. */
export const removePost = (id: string) => void posts.remove(id);

interface Repost {
  by: Author;
  at: string;
}
/** By post, what has brought it into the home feed: a post is in other lists without that. */
const reposts = new Map<string, Repost>();
/** Who has brought a post into the home feed; undefined where it is there by its author. */
export const repostedBy = (id: string): Author | undefined => reposts.get(id)?.by;

/** Posts whose places in the home feed say that they are not reposted any more, until they are fetched again. */
export const removedReposts = createObservable<ReadonlySet<string>>(new Set());

export function removeReposts({ userId, postId, postAuthorId }: Extract<FeedEvent, { type: "repost_removed" }>): void {
  const isMeant = ([id, { by }]: [string, Repost]) =>
    by.id === userId && (postId === null || id === postId) && (postAuthorId === null || posts.get(id)?.author.id === postAuthorId);
  const ids = [...reposts].filter(isMeant).map(([id]) => id);
  if (ids.length > 0) removedReposts.set(new Set([...removedReposts.state, ...ids]));
}

/** What was fetched is there again: where it belongs now, which may be elsewhere. */
function restoreReposts(fetched: readonly Post[]): void {
  const again = fetched.filter(({ id }) => removedReposts.state.has(id)).map(({ id }) => id);
  for (const id of again) findFeed("home")?.dropPlace(id);
  if (again.length > 0) removedReposts.set(new Set([...removedReposts.state].filter((id) => !again.includes(id))));
}

function withoutRepost({ repostedBy, repostedAt, ...post }: FeedPost): Post {
  if (repostedBy && repostedAt) reposts.set(post.id, { by: repostedBy, at: repostedAt });
  else reposts.delete(post.id);
  return post;
}

export async function fetchFeed(feed: FeedName, query: ListQuery, options?: { signal?: AbortSignal }): Promise<Page<Post>> {
  if (feed === "home") {
    const { data, pageInfo } = await client.feed.home(query, options);
    return { pageInfo, data: data.map(withoutRepost) };
  }
  if (feed === "public") return client.posts.list(query, options);
  if (feed.startsWith("category:")) return client.posts.list({ ...query, category: feed.slice("category:".length) }, options);
  if (feed.startsWith("tag:")) return client.tags.posts(feed.slice("tag:".length), query, options);
  if (feed.startsWith("media:")) return client.posts.listOf(feed.slice("media:".length), { ...query, media: true }, options);
  return client.posts.listOf(feed.slice("user:".length), query, options);
}

export const findFeed = (feed: FeedName) => lists.find(keys.feed(feed));

/** A feed, page by page. */
export const useFeed = (feed: FeedName) =>
  useList(
    lists.open(keys.feed(feed), {
      store: posts,
      ...(feed === "home" && { placedAt: ({ id }: Post) => reposts.get(id)?.at }),
      async fetch(query, options) {
        const page = await fetchFeed(feed, query, options);
        for (const post of page.data) outbox.confirm(post);
        if (feed === "home") restoreReposts(page.data);
        return page;
      },
    }),
    { refetchOnReconnect: false },
  );

/** The user's posts for a feed that are being sent, newest first. */
export const usePendingPosts = (feed: FeedName): readonly Pending<Post>[] =>
  useObservable(outbox)
    .filter(({ item }) => feedsOf(item).includes(feed))
    .toReversed();

/** Forgets everything, for another user. */
export function clearPosts(): void {
  outbox.clear();
  posts.clear();
  reposts.clear();
  removedReposts.set(new Set());
}

export interface PostDraft {
  body: Omit<CreatePost, "clientMutationId">;
  media: Post["media"];
  quoted?: QuotedPost;
}

/** Shows a post at once. Rejects when it is refused: the post is taken back, and the text returns to the form. */
export function writePost(author: Post["author"], { body, media, quoted }: PostDraft, mutationId: string): Promise<Post> {
  const now = new Date().toISOString();
  const {
    content = "",
    title = null,
    postType,
    visibility = "public",
    sensitive = false,
    contentWarning = null,
    category = null,
    quotable = true,
    location = null,
  } = body;
  return outbox.send(
    (clientMutationId) => ({
      ...{ id: clientMutationId, author, content, title, postType, visibility, sensitive, contentWarning, category, location, media, clientMutationId },
      ...{
        status: "published",
        mediaUrls: media.map(({ url }) => url),
        summary: null,
        linkCard: null,
        likeCount: 0,
        commentCount: 0,
        quotedPostId: quoted?.id ?? null,
        quotedPost: quoted ?? null,
        quotable,
        poll: pendingPoll(body.poll),
        repostCount: 0,
        shareCount: 0,
        likedByMe: false,
        bookmarkedByMe: false,
        repostedByMe: false,
        mutedByMe: false,
      },
      ...{ publishAt: null, publishedAt: now, createdAt: now, updatedAt: now, revision: 0, moderation: null },
    }),
    (clientMutationId) => client.posts.create({ ...body, clientMutationId }),
    mutationId,
  );
}

const like = createLikes(posts, (id, liked) => (liked ? client.posts.like(id) : client.posts.unlike(id)));

/** Likes or unlikes at once; takes that back, with a message, when it is refused. */
export const setLiked = (post: Post, liked: boolean): Promise<void> =>
  like(post.id, liked).catch((error: unknown) => showProblem(liked ? t.post.likeFailed : t.post.unlikeFailed, error));

const repost = createToggle(
  posts,
  ({ repostedByMe }) => repostedByMe,
  (post, repostedByMe) => (repostedByMe === post.repostedByMe ? {} : { repostedByMe, repostCount: Math.max(0, post.repostCount + (repostedByMe ? 1 : -1)) }),
  async (id, reposted) => ({ repostCount: (await (reposted ? client.posts.repost(id) : client.posts.removeRepost(id))).repostCount }),
);

/** Reposts at once, or takes the repost back; undoes that, with a message, when it is refused. */
export const setReposted = (post: Post, reposted: boolean): Promise<void> =>
  repost(post.id, reposted).catch((error: unknown) => showProblem(reposted ? t.post.repostFailed : t.post.removeRepostFailed, error));

const bookmark = createToggle(
  posts,
  ({ bookmarkedByMe }) => bookmarkedByMe,
  (_post, bookmarkedByMe) => ({ bookmarkedByMe }),
  async (id, bookmarked) => {
    await (bookmarked ? client.posts.bookmark(id) : client.posts.removeBookmark(id));
    return {};
  },
);

const mute = createToggle(
  posts,
  ({ mutedByMe }) => mutedByMe,
  (_post, mutedByMe) => ({ mutedByMe }),
  async (id, muted) => {
    await (muted ? client.posts.mute(id) : client.posts.unmute(id));
    return {};
  },
);

/** Mutes a conversation for good at once, or lifts that; takes it back, with a message, when it is refused. Returns whether it was done. */
export const setConversationMuted = (id: string, muted: boolean): Promise<boolean> =>
  mute(id, muted).then(
    () => true,
    (error: unknown) => {
      showProblem(muted ? t.post.muteConversationFailed : t.post.unmuteConversationFailed, error);
      return false;
    },
  );

/** Bookmarks at once, or removes the bookmark; takes that back, with a message, when it is refused. */
export const setBookmarked = (post: Post, bookmarked: boolean): Promise<void> =>
  bookmark(post.id, bookmarked).catch((error: unknown) => showProblem(bookmarked ? t.post.bookmarkFailed : t.post.removeBookmarkFailed, error));

export async function editPost(id: string, body: UpdatePost): Promise<void> {
  posts.fetching()([await client.posts.update(id, body)]);
}

/** Removes the post at once; it comes back, with a message, when the deletion is refused. */
export async function deletePost(post: Post): Promise<void> {
  const takeBack = posts.remove(post.id);
  lists.dropPlace(post.id);
  try {
    await client.posts.delete(post.id);
  } catch (error) {
    takeBack();
    void refetch(["feed"]);
    showProblem(t.post.deleteFailed, error);
  }
}
