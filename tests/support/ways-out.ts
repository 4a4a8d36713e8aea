import { openSocket } from "./clients.ts";
import type { Person, TestFeed } from "./feed.ts";
import { pathOf, upload } from "./uploads.ts";

/** What a reader looks for, by each way. */
export interface Written {
  id: string;
  author: Person;
  mediaId: string;
  /** The path of its file. */
  file: string;
  commentId: string;
}

/** A way by which a post leaves; it says whether it does. */
type WayOut = (reader: Person, post: Written) => Promise<boolean>;

/** A text that all ways in which a post leaves can be asked for. */
export const sentText = "a walk with Bello #dogs";

/** Writes a post with an upload, a poll and a comment of its author's. */
export async function writeToLeave(author: Person, content = sentText): Promise<Written> {
  const media = await upload(author);
  const { status, body } = await author.post("/api/v1/posts", {
    content,
    postType: "IMAGE",
    mediaIds: [media.id],
    poll: { options: ["Walk", "Rest"], duration: 3_600 },
  });
  if (status !== 201) throw new Error(`a post was refused: ${JSON.stringify(body)}`);
  const comment = await author.post(`/api/v1/posts/${body.id}/comments`, { content: "It rained" });
  return { id: body.id as string, author, mediaId: media.id as string, file: pathOf(media.url), commentId: comment.body.id as string };
}

const isIn = async (reader: Person, id: string, paths: readonly string[]) =>
  JSON.stringify(await Promise.all(paths.map(async (path) => (await reader.get(path)).body))).includes(`"id":"${id}"`);
const answers = async (reader: Person, paths: readonly string[]) =>
  (await Promise.all(paths.map((path) => reader.get(path)))).some(({ status }) => status === 200);

/** Every way in which a post leaves to a reader who follows its author, or whom it is public to. A new kind of list, or of content, adds its own. */
export const waysOut = (feed: TestFeed): Record<string, WayOut> => ({
  post: (reader, { id }) => answers(reader, [`/api/v1/posts/${id}`]),
  "earlier versions": (reader, { id }) => answers(reader, [`/api/v1/posts/${id}/history`]),
  comments: (reader, { id }) => answers(reader, [`/api/v1/posts/${id}/comments`]),
  "a comment, with what is above and beside it": (reader, { id, commentId }) =>
    answers(reader, [
      `/api/v1/comments/${commentId}`,
      `/api/v1/comments/${commentId}/thread`,
      `/api/v1/posts/${id}/comments?around=${commentId}`,
      `/api/v1/posts/${id}/comments?order=most_liked`,
    ]),
  "comments of a user": (reader, { author, commentId }) => isIn(reader, commentId, [`/api/v1/users/${author.id}/comments`]),
  "posts of a user": (reader, { id, author }) => isIn(reader, id, [`/api/v1/users/${author.id}/posts`, `/api/v1/users/${author.id}/posts?media=true`]),
  "public, popular, tagged or home feed": (reader, { id }) =>
    isIn(reader, id, ["/api/v1/posts?limit=100", "/api/v1/posts/popular", "/api/v1/tags/dogs/posts", "/api/v1/feed?limit=100"]),
  search: (reader, { id }) => isIn(reader, id, ["/api/v1/search/posts?q=Bello"]),
  aggregate: (reader, { id }) => answers(reader, [`/query/post/${id}`]),
  media: (reader, { mediaId }) => answers(reader, [`/api/media/${mediaId}`]),
  GraphQL: async (reader, { id }) => {
    const { body } = await reader.graphql("query ($id: ID!) { getPost(id: $id) { post { id } } getComments(postId: $id) { success } }", { id });
    return body.data.getPost.post !== null || body.data.getComments.success;
  },
  "entries of its stream": (reader, { id }) => answers(reader, [`/api/v1/streams/post:${id}/entries`]),
  socket: async (reader, { id }) => {
    const socket = await openSocket(feed, reader);
    try {
      return (await socket.ask("subscribe-post", id)).ok;
    } finally {
      socket.close();
    }
  },
  "who likes and reposts it": (reader, { id }) =>
    answers(
      reader,
      ["likes", "reposts"].map((list) => `/api/v1/posts/${id}/${list}`),
    ),
  "why it notifies": (reader, { id }) => answers(reader, [`/api/v1/notifications/why?post=${id}`]),
  like: async (reader, { id }) => (await reader.post(`/api/v1/posts/${id}/like`)).status === 200,
  bookmark: async (reader, { id }) => (await reader.post(`/api/v1/posts/${id}/bookmark`)).status === 200,
  "vote in its poll": async (reader, { id }) => (await reader.post(`/api/v1/posts/${id}/poll/votes`, { option: 0 })).status === 200,
  comment: async (reader, { id }) => (await reader.post(`/api/v1/posts/${id}/comments`, { content: "Good dog" })).status === 201,
});

/** The ways by which a public post leaves besides. The reader is one who has reposted and quoted it, and whose own lists have it. */
export const publicWaysOut = (feed: TestFeed): Record<string, WayOut> => ({
  "likes, bookmarks, muted posts and reposts of a reader": (reader, { id }) =>
    isIn(reader, id, ["/api/v1/users/me/likes", "/api/v1/bookmarks", "/api/v1/posts/muted", `/api/v1/users/${reader.id}/reposts`]),
  "a quote": async (reader, { id }) => {
    const { body } = await reader.get(`/api/v1/users/${reader.id}/posts?limit=100`);
    return body.data.some(({ quotedPost }: { quotedPost: { id: string } | null }) => quotedPost?.id === id);
  },
  "the pinned post": async (reader, { id, author }) => (await reader.get(`/api/v1/users/${author.id}/pinned`)).body.post?.id === id,
  "its file, to a browser": async (reader, { file }) => (await fetch(feed.url + file, { headers: { cookie: `access_token=${reader.token}` } })).status === 200,
  "quote it": async (reader, { id }) => (await reader.post("/api/v1/posts", { content: "x", postType: "TEXT", quotedPostId: id })).status === 201,
  "repost it": async (reader, { id }) => {
    await reader.delete(`/api/v1/posts/${id}/repost`);
    return (await reader.post(`/api/v1/posts/${id}/repost`)).status === 200;
  },
  "pages, feeds and sitemaps": async (_reader, { id, author, commentId }) => {
    const pages = ["/feed.rss", "/feed.atom", "/feed.json", `/@${author.username}`, `/@${author.username}/feed.json`, `/posts/${id}`];
    const texts = await Promise.all([...pages, `/posts/${id}/comments/${commentId}`].map(async (path) => JSON.stringify((await feed.call("GET", path)).body)));
    return texts.some((text) => text.includes("Bello"));
  },
  "a preview elsewhere": async (_reader, { id }) => {
    const { status, body } = await feed.call("GET", `/oembed?url=${encodeURIComponent(`${feed.url}/posts/${id}`)}`);
    return status === 200 && JSON.stringify(body).includes("Bello");
  },
});

/**
 * The ways by which a user leaves to a reader who follows them, and whom they follow. `other` is someone who follows the reader, and not them.
 */
export const profileWaysOut = (feed: TestFeed, other: Person): Record<string, WayOut> => ({
  profile: (reader, { author }) => answers(reader, [`/api/v1/users/${author.id}`, `/api/v1/users/by-username/${author.username}`]),
  "their lists": (reader, { author: { id } }) =>
    answers(reader, [`/api/v1/users/${id}/followers`, `/api/v1/users/${id}/following`, `/api/v1/users/${id}/media`]),
  "lists of others": (reader, { author }) => isIn(reader, author.id, [`/api/v1/users/${reader.id}/followers`, `/api/v1/users/${reader.id}/following`]),
  suggestions: (_reader, { author }) => isIn(other, author.id, ["/api/v1/users/suggestions"]),
  "search of people": (reader, { author }) =>
    isIn(reader, author.id, [`/api/v1/users/search?q=${author.username}`, `/api/v1/search?q=${author.username}`, `/api/v1/search/users?q=${author.username}`]),
  "known usernames": async (reader, { author }) => (await reader.get(`/api/v1/users/known?usernames=${author.username}`)).body.data.length > 0,
  "GraphQL, by id, by name and as an entity": async (reader, { author }) => {
    const text = `query ($id: ID!, $username: String!, $keys: [_Any!]!) {
      user(id: $id) { user { id } } userByUsername(username: $username) { user { id } } _entities(representations: $keys) { ... on User { id } } }`;
    const { body } = await reader.graphql(text, { id: author.id, username: author.username, keys: [{ __typename: "User", id: author.id }] });
    return JSON.stringify(body.data).includes(author.id);
  },
  "a page, and feeds for readers": async (_reader, { author }) => {
    const texts = await Promise.all(
      [`/@${author.username}`, `/@${author.username}/feed.rss`, `/@${author.username}/feed.json`].map((path) => feed.call("GET", path)),
    );
    return texts.some(({ status, body }) => status === 200 && JSON.stringify(body).includes(`@${author.username}`));
  },
  follow: async (_reader, { author }) => {
    await other.delete(`/api/v1/users/${author.id}/follow`);
    return (await other.post(`/api/v1/users/${author.id}/follow`)).status === 200;
  },
  "files, by their addresses": async (_reader, { file }) => (await fetch(feed.url + file)).status === 200,
});

export async function openTo(ways: Record<string, WayOut>, reader: Person, post: Written): Promise<string[]> {
  const open: string[] = [];
  for (const [way, read] of Object.entries(ways)) if (await read(reader, post)) open.push(way);
  return open;
}
