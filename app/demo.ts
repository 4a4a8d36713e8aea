import { type DemoComment, type DemoPost, type Name, password, people, posts } from "./demo-content.ts";
import { eveningPicture } from "./picture.ts";

/** The demo data cannot be created; `message` is meant for the user. */
export class DemoFailed extends Error {}

/** A signed-in user. Calls throw `DemoFailed`. */
interface DemoUser {
  id: string;
  call<T = unknown>(method: string, path: string, body?: unknown): Promise<T>;
}

interface SignedIn {
  data: { user: { id: string }; tokens: { accessToken: string } };
}
interface Refusal {
  code?: string;
  message?: string;
}

async function send(url: string, method: string, path: string, body?: unknown, token?: string): Promise<Response> {
  const isForm = body instanceof FormData;
  try {
    return await fetch(url + path, {
      method,
      headers: { ...(token && { authorization: `Bearer ${token}` }), ...(body !== undefined && !isForm && { "content-type": "application/json" }) },
      ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
    });
  } catch {
    throw new DemoFailed(`no response from ${url}; start NewFeed with \`npm start\`, or set NEWFEED_URL`);
  }
}

async function read<T>(response: Response, what: string): Promise<T> {
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  if (response.ok && (isJson || !text)) return (text ? JSON.parse(text) : undefined) as T;
  const { message }: Refusal = isJson ? JSON.parse(text) : {};
  throw new DemoFailed(`${what} failed with ${response.status}${message ? `: ${message}` : ""}`);
}

/** What a new follower may see, they may see moments later. */
async function patiently(act: () => Promise<unknown>): Promise<void> {
  for (let left = 40; ; left--)
    try {
      await act();
      return;
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
}

/** Signs a user in, or up when there is no such account. */
async function signIn(url: string, username: Name): Promise<DemoUser> {
  const email = `${username}@example.com`;
  const { fullName, bio } = people[username];
  const login = await send(url, "POST", "/api/auth/login", { email, password });
  const isNew = login.status === 401;
  const response = isNew ? await send(url, "POST", "/api/auth/signup", { username, email, password, fullName }) : login;
  if (isNew && response.status === 409) throw new DemoFailed(`the user ${username} already exists, with a different e-mail address or password`);
  const { data } = await read<SignedIn>(response, `signing ${username} in`);
  const user: DemoUser = {
    id: data.user.id,
    call: async (method, path, body) => read(await send(url, method, path, body, data.tokens.accessToken), `${method} ${path}`),
  };
  if (isNew) await user.call("PATCH", "/api/v1/users/me", { bio });
  return user;
}

async function uploadPicture(author: DemoUser): Promise<string> {
  const form = new FormData();
  form.set("image", new Blob([new Uint8Array(eveningPicture())], { type: "image/png" }), "evening.png");
  return (await author.call<{ id: string }>("POST", "/api/media/upload/image", form)).id;
}

/** Creates the demo's users, posts and comments; what exists already stays as it is. Returns lines to print. */
export async function seedDemo(url: string): Promise<string[]> {
  const names = Object.keys(people) as Name[];
  const users = new Map<Name, DemoUser>();
  for (const name of names) users.set(name, await signIn(url, name));
  const as = (name: Name) => users.get(name) as DemoUser;
  const done = { posts: 0, written: 0, comments: 0, likes: 0, reposts: 0, follows: 0 };
  const postIds = new Map<string, string>();

  for (const name of names)
    for (const other of people[name].follows) {
      await as(name).call("POST", `/api/v1/users/${as(other).id}/follow`);
      done.follows++;
    }

  async function like(path: string, likedBy: readonly Name[] = []) {
    for (const name of likedBy) await as(name).call("POST", `${path}/like`);
    done.likes += likedBy.length;
  }

  async function writeComments(postId: string, comments: readonly DemoComment[], key: string, parentCommentId?: string): Promise<void> {
    for (const [index, { by, content, likedBy, replies = [] }] of comments.entries()) {
      const clientMutationId = `${key}.${index}`;
      const { id } = await as(by).call<{ id: string }>("POST", `/api/v1/posts/${postId}/comments`, { content, parentCommentId, clientMutationId });
      done.comments++;
      await like(`/api/v1/comments/${id}`, likedBy);
      await writeComments(postId, replies, clientMutationId, id);
    }
  }

  async function writePost({ key, by, picture, likedBy, repostedBy = [], quotes, votes = {}, comments, ...post }: DemoPost): Promise<void> {
    const clientMutationId = `demo.${key}`;
    const author = as(by);
    // `clientMutationId` prevents a second post; looking first prevents an unused upload.
    const existing = await author.call<{ data: { id: string; clientMutationId: string | null }[] }>("GET", `/api/v1/users/${author.id}/posts?limit=100`);
    let written = existing.data.find((item) => item.clientMutationId === clientMutationId);
    if (!written) {
      const mediaIds = picture ? [await uploadPicture(author)] : [];
      written = await author.call<(typeof existing.data)[number]>("POST", "/api/v1/posts", {
        ...post,
        postType: picture ? "IMAGE" : "TEXT",
        mediaIds,
        ...(quotes && { quotedPostId: postIds.get(quotes) }),
        clientMutationId,
      });
      done.written++;
    }
    done.posts++;
    postIds.set(key, written.id);
    await like(`/api/v1/posts/${written.id}`, likedBy);
    for (const name of repostedBy) await as(name).call("POST", `/api/v1/posts/${written.id}/repost`);
    done.reposts += repostedBy.length;
    for (const [name, option] of Object.entries(votes))
      await patiently(() => as(name as Name).call("POST", `/api/v1/posts/${written.id}/poll/votes`, { option }));
    await writeComments(written.id, comments, clientMutationId);
  }
  for (const post of posts) await writePost(post);
  for (const name of names) {
    const pinned = postIds.get(people[name].pinned ?? "");
    if (pinned) await as(name).call("POST", `/api/v1/posts/${pinned}/pin`);
  }
  for (const name of names) await as(name).call("POST", "/api/auth/logout");

  return [
    `Demo      ${names.join(", ")}; ${done.posts} posts, ${done.comments} comments, ${done.likes} likes, ${done.reposts} ${done.reposts === 1 ? "repost" : "reposts"}, ${done.follows} follows${done.written > 0 ? "" : " (posts existed already)"}`,
    `Sign in   as ${names[0]}, ${names[1]} or ${names[2]}, password ${password}`,
  ];
}
