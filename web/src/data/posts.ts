import { type CreatePost, NewFeedError, newMutationId, type Page, type Post, type UpdatePost } from "@newfeed/client";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { showProblem } from "../components/toasts.tsx";
import { client, queryClient } from "./client.ts";
import { type FeedName, keys } from "./keys.ts";
import { type IdPage, idsOf, nextPage, putFirst, rename, takeOut } from "./lists.ts";

/** Null: it is gone, and its card says so until its list is fetched again. */
type Kept = Post | null;

/** Keeps a post wherever it came from: what is newer wins. What a live event does not say, stays. */
export function keepPost(post: Omit<Post, "likedByMe"> & { likedByMe?: boolean }): string {
  queryClient.setQueryData<Kept>(keys.post(post.id), (known) => {
    if (known === null) return null;
    if (known && known.revision > post.revision) return known;
    return { ...post, likedByMe: post.likedByMe ?? known?.likedByMe ?? false };
  });
  return post.id;
}

/** A post that is gone, or that one may no longer see. */
export const forgetPost = (id: string) => queryClient.setQueryData<Kept>(keys.post(id), null);

export const patchPost = (id: string, patch: (post: Post) => Partial<Post>) =>
  queryClient.setQueryData<Kept>(keys.post(id), (post) => post && { ...post, ...patch(post) });

export function keepPage({ data, pageInfo }: Page<Post>): IdPage {
  for (const post of data) {
    // What a list has is there, even if it was taken back before.
    if (queryClient.getQueryData<Kept>(keys.post(post.id)) === null) queryClient.setQueryData<Kept>(keys.post(post.id), post);
    keepPost(post);
  }
  return { ids: data.map(({ id }) => id), pageInfo };
}

async function fetchPost(id: string, signal?: AbortSignal): Promise<Kept> {
  try {
    return await client.posts.get(id, signal ? { signal } : {});
  } catch (error) {
    if (error instanceof NewFeedError && (error.status === 404 || error.code === "validation_failed")) return null;
    throw error;
  }
}

/** The post as it is kept; undefined until it is there, null when it is gone. */
export function useKeptPost(id: string): Kept | undefined {
  return useQuery<Kept>({
    queryKey: keys.post(id),
    queryFn: () => fetchPost(id),
    enabled: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  }).data;
}

/** A post on its own page: read anew, since nobody followed it meanwhile. */
export const usePost = (id: string) =>
  useQuery<Kept>({
    queryKey: keys.post(id),
    queryFn: ({ signal }) => fetchPost(id, signal),
    refetchOnMount: "always",
    gcTime: Number.POSITIVE_INFINITY,
    // Pending ones are known here only.
    enabled: !isPending(id),
  });

export const refetchPost = async (id: string) => {
  const post = await fetchPost(id).catch(() => undefined);
  if (post !== undefined) queryClient.setQueryData<Kept>(keys.post(id), post);
};

export function fetchFeed(feed: FeedName, query: { cursor?: string; since?: string; limit?: number }, signal?: AbortSignal): Promise<Page<Post>> {
  const options = signal ? { signal } : {};
  if (feed === "home") return client.feed.home(query, options);
  if (feed === "public") return client.posts.list(query, options);
  return client.posts.listOf(feed.slice("user:".length), query, options);
}

/** A feed, page by page. */
export const useFeed = (feed: FeedName) =>
  useInfiniteQuery({
    queryKey: keys.feed(feed),
    queryFn: async ({ pageParam, signal }) => keepPage(await fetchFeed(feed, pageParam ? { cursor: pageParam } : {}, signal)),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextPage,
    select: idsOf,
    // A list under a reader's eyes changes when they ask for it.
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

const pendingPrefix = "pending:";
export const isPending = (id: string) => id.startsWith(pendingPrefix);
export const pendingId = (clientMutationId: string) => pendingPrefix + clientMutationId;

export interface Draft {
  body: Omit<CreatePost, "clientMutationId">;
  media: Post["media"];
}

/** Shows a post at once, and takes it back when it is refused: then it rejects, so that the text is given back. */
export async function writePost(author: Post["author"], { body, media }: Draft): Promise<Post> {
  const clientMutationId = newMutationId();
  const id = pendingId(clientMutationId);
  const lists = [keys.feed("home"), keys.feed("public"), keys.feed(`user:${author.id}`)];
  const now = new Date().toISOString();
  const { content = "", title = null, postType, visibility = "public" } = body;
  keepPost({
    ...{ id, author, content, title, postType, visibility, media, clientMutationId },
    ...{ status: "published", mediaUrls: media.map(({ url }) => url), likeCount: 0, commentCount: 0, likedByMe: false },
    ...{ publishedAt: now, createdAt: now, updatedAt: now, revision: 1 },
  });
  for (const list of lists) putFirst(list, id);
  try {
    const post = await client.posts.create({ ...body, clientMutationId });
    keepPost(post);
    for (const list of lists) rename(list, id, post.id);
    return post;
  } catch (error) {
    for (const list of lists) takeOut(list, id);
    throw error;
  }
}

/** Likes or unlikes at once; takes it back, with a message, when that is refused. */
export async function setLiked(post: Post, liked: boolean): Promise<void> {
  const change = (to: boolean) =>
    patchPost(post.id, (known) => (known.likedByMe === to ? {} : { likedByMe: to, likeCount: Math.max(0, known.likeCount + (to ? 1 : -1)) }));
  change(liked);
  try {
    const { likeCount } = await (liked ? client.posts.like(post.id) : client.posts.unlike(post.id));
    patchPost(post.id, (known) => (known.likedByMe === liked ? { likeCount } : {}));
  } catch (error) {
    change(!liked);
    showProblem(liked ? "Your like was not saved." : "Your like is still there.", error);
  }
}

export async function editPost(id: string, body: UpdatePost): Promise<void> {
  keepPost(await client.posts.update(id, body));
}

/** Gone at once here, and for everybody who is looking; comes back, with a message, when that is refused. */
export async function removePost(post: Post): Promise<void> {
  forgetPost(post.id);
  const lists = queryClient.getQueryCache().findAll({ queryKey: ["feed"] });
  for (const { queryKey } of lists) takeOut(queryKey, post.id);
  try {
    await client.posts.delete(post.id);
  } catch (error) {
    queryClient.setQueryData<Kept>(keys.post(post.id), post);
    void queryClient.invalidateQueries({ queryKey: ["feed"] });
    showProblem("The post was not deleted.", error);
  }
}

export const keptPost = (id: string) => queryClient.getQueryData<Kept>(keys.post(id));

/** The same while a post is on its way and once it is there, so that it is not drawn anew. */
export function steadyKey(id: string): string {
  const post = keptPost(id);
  return post?.clientMutationId ? `${post.author.id}.${post.clientMutationId}` : id;
}
