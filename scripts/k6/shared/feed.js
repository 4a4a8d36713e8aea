// The scripts' client of NewFeed's API.
import { check, fail } from "k6";
import http from "k6/http";
import { baseUrl, number, text } from "./options.js";

const password = "Load-test-1";
const json = { "Content-Type": "application/json" };
/** The next run reuses accounts with this prefix, since sign-ups are limited and expensive. */
const prefix = text("USER_PREFIX", "k6");

function expectJson(response, status, what) {
  if (response.status === 429)
    fail(`${what}: rate limit reached, retry in ${response.headers["Retry-After"]} s. Start the server with RATE_LIMIT_FACTOR=1000, or reduce USERS or VUS`);
  if (response.status !== status) fail(`${what}: ${response.status || response.error} ${response.body || ""}`);
  return response.json();
}

/** Signs a user up, or in when the account exists. */
function signUpOrIn(username) {
  const account = { username, email: `${username}@example.com`, password };
  const accept = { responseCallback: http.expectedStatuses(201, 409), headers: json, tags: { name: "sign up" } };
  let response = http.post(`${baseUrl}/api/auth/signup`, JSON.stringify({ ...account, fullName: `Load ${username}` }), accept);
  if (response.status === 409) response = signIn(account.email);
  else expectJson(response, 201, "sign up");
  return response.json("data");
}

function signIn(email) {
  const response = http.post(`${baseUrl}/api/auth/login`, JSON.stringify({ email, password }), { headers: json, tags: { name: "sign in" } });
  expectJson(response, 200, "sign in");
  return response;
}

/** For `setup`: users who follow each other. The scripts send their tokens; cookies are cleared. */
export function createUsers(count) {
  const accounts = Array.from({ length: count }, (_, n) => {
    const { user, tokens } = signUpOrIn(`${prefix}_${n + 1}`);
    return { id: user.id, email: user.email, token: tokens.accessToken };
  });
  for (const [n, { token }] of accounts.entries())
    for (const step of [1, 2, 3]) {
      const other = accounts[(n + step) % count];
      if (other.id !== accounts[n].id)
        expectJson(http.post(`${baseUrl}/api/v1/users/${other.id}/follow`, null, { headers: bearer(token), tags: { name: "follow" } }), 200, "follow");
    }
  http.cookieJar().clear(baseUrl);
  return accounts;
}

/** For `setup`: posts, each with some comments. */
export function createPosts(accounts, count, comments = 5) {
  return Array.from({ length: count }, (_, n) => {
    const api = clientOf(accounts[n % accounts.length].token);
    const { id } = expectJson(api.createPost(`Post number ${n + 1} of a load test.`), 201, "create post");
    for (let k = 1; k <= comments; k++) expectJson(api.createComment(id, `Comment number ${k}.`), 201, "create comment");
    return id;
  });
}

const bearer = (token) => ({ ...json, Authorization: `Bearer ${token}` });

/** A client with this token, or an anonymous one. Each call returns k6's response, tagged with its kind. */
export function clientOf(token) {
  const headers = token ? bearer(token) : json;
  const get = (path, name) => http.get(baseUrl + path, { headers, tags: { name } });
  const post = (path, body, name) => http.post(baseUrl + path, body === undefined ? null : JSON.stringify(body), { headers, tags: { name } });
  return {
    homeFeed: (cursor) => get(`/api/v1/feed${cursor ? `?cursor=${cursor}` : ""}`, "home feed"),
    publicFeed: (cursor) => get(`/api/v1/posts${cursor ? `?cursor=${cursor}` : ""}`, "public feed"),
    postsOf: (userId) => get(`/api/v1/users/${userId}/posts`, "posts of a user"),
    post: (id) => get(`/api/v1/posts/${id}`, "one post"),
    comments: (postId) => get(`/api/v1/posts/${postId}/comments`, "comments"),
    createPost: (content) => post("/api/v1/posts", { content, postType: "TEXT" }, "create post"),
    deletePost: (id) => http.del(`${baseUrl}/api/v1/posts/${id}`, null, { headers, tags: { name: "delete post" } }),
    createComment: (postId, content) => post(`/api/v1/posts/${postId}/comments`, { content }, "create comment"),
    like: (postId) => post(`/api/v1/posts/${postId}/like`, undefined, "like"),
    bookmark: (postId) => post(`/api/v1/posts/${postId}/bookmark`, undefined, "bookmark"),
    repost: (postId) => post(`/api/v1/posts/${postId}/repost`, undefined, "repost"),
    search: (words) => get(`/api/v1/search/posts?q=${words}`, "search"),
    popular: () => get("/api/v1/posts/popular", "popular"),
    trends: () => get("/api/v1/trends", "trends"),
    tag: (tag) => get(`/api/v1/tags/${tag}/posts`, "tag"),
    notifications: () => get("/api/v1/notifications", "notifications"),
    bookmarks: () => get("/api/v1/bookmarks", "bookmarks"),
    graphql: (query) => post("/graphql", { query }, "GraphQL"),
    programFeed: () => get("/feed.json", "feed for programs"),
  };
}

let session;
/** This virtual user's access token, of its own session, refreshed in time: it lasts 15 minutes, a refresh token is single-use. */
export function signedIn(accounts) {
  const { email } = accounts[(__VU - 1) % accounts.length];
  const due = session && Date.now() > session.refreshAt;
  if (!session || due) {
    const response = due
      ? http.post(`${baseUrl}/api/auth/refresh`, JSON.stringify({ refreshToken: session.refreshToken }), { headers: json, tags: { name: "refresh" } })
      : signIn(email);
    const { tokens } = expectJson(response, 200, due ? "refresh" : "sign in").data;
    http.cookieJar().clear(baseUrl);
    // At half its lifetime, or after `REFRESH_SECONDS` if that is shorter.
    const seconds = Math.min(tokens.expiresIn / 2, number("REFRESH_SECONDS", 450));
    session = { token: tokens.accessToken, refreshToken: tokens.refreshToken, refreshAt: Date.now() + seconds * 1000 };
  }
  return session.token;
}

/** Checks that the response is a page of a list. */
export const isPage = (response, what) =>
  check(response, {
    [`${what}: a page`]: (page) => page.status === 200 && Array.isArray(page.json("data")) && typeof page.json("pageInfo.hasNextPage") === "boolean",
  });

export const isDone = (response, what) => check(response, { [`${what}: done`]: ({ status }) => status >= 200 && status < 300 });

/** Of GraphQL, which answers 200 to much that has failed. */
export const isAnswered = (response, what) =>
  check(response, { [`${what}: answered`]: (answer) => answer.status === 200 && answer.json("data") && !answer.json("errors") });

export const oneOf = (list) => list[Math.floor(Math.random() * list.length)];

/** Runs one action of `[share, action]` pairs, chosen at random by its share. */
export function mix(shares) {
  let left = Math.random() * shares.reduce((sum, [share]) => sum + share, 0);
  for (const [share, action] of shares) {
    left -= share;
    if (left < 0) return action();
  }
}
