// NewFeed's API as the scripts call it.
import { check, fail } from "k6";
import http from "k6/http";
import { baseUrl, number, text } from "./options.js";

const password = "Load-test-1";
const json = { "Content-Type": "application/json" };
/** Accounts of one prefix are used again by the next run: sign-ups are limited, and dear for the server. */
const prefix = text("USER_PREFIX", "k6");

function answered(response, status, what) {
  if (response.status === 429)
    fail(`${what}: limited, again in ${response.headers["Retry-After"]} s. Start the server with RATE_LIMIT_FACTOR=1000, or ask for less (USERS, VUS)`);
  if (response.status !== status) fail(`${what}: ${response.status || response.error} ${response.body || ""}`);
  return response.json();
}

/** Signs in; signs up first when there is no such account. Apps send the token; the cookies, which browsers would send, are let go. */
function enter(username) {
  const account = { username, email: `${username}@example.com`, password };
  const accept = { responseCallback: http.expectedStatuses(201, 409), headers: json, tags: { name: "sign up" } };
  let response = http.post(`${baseUrl}/api/auth/signup`, JSON.stringify({ ...account, fullName: `Load ${username}` }), accept);
  if (response.status === 409) response = signIn(account.email);
  else answered(response, 201, "sign up");
  return response.json("data");
}

function signIn(email) {
  const response = http.post(`${baseUrl}/api/auth/login`, JSON.stringify({ email, password }), { headers: json, tags: { name: "sign in" } });
  answered(response, 200, "sign in");
  return response;
}

/** In `setup`: so many accounts, who follow each other. Gives what their virtual users need. */
export function people(count) {
  const accounts = Array.from({ length: count }, (_, n) => {
    const { user, tokens } = enter(`${prefix}_${n + 1}`);
    return { id: user.id, email: user.email, token: tokens.accessToken };
  });
  for (const [n, { token }] of accounts.entries())
    for (const step of [1, 2, 3]) {
      const other = accounts[(n + step) % count];
      if (other.id !== accounts[n].id)
        answered(http.post(`${baseUrl}/api/v1/users/${other.id}/follow`, null, { headers: bearer(token), tags: { name: "follow" } }), 200, "follow");
    }
  http.cookieJar().clear(baseUrl);
  return accounts;
}

/** In `setup`: so many posts, each with some comments. */
export function posts(accounts, count, comments = 5) {
  return Array.from({ length: count }, (_, n) => {
    const me = visitor(accounts[n % accounts.length].token);
    const { id } = answered(me.createPost(`The post number ${n + 1} of a load test.`), 201, "create post");
    for (let k = 1; k <= comments; k++) answered(me.createComment(id, `Its comment number ${k}.`), 201, "create comment");
    return id;
  });
}

const bearer = (token) => ({ ...json, Authorization: `Bearer ${token}` });

/** Whoever calls with this token. Each call gives k6's response, tagged with its kind. */
export function visitor(token) {
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
  };
}

let session;
/**
 * This virtual user as one of the accounts, with a session of its own that is refreshed in time: access tokens last 15
 * minutes, and a refresh token is good once.
 */
export function signedIn(accounts) {
  const { email } = accounts[(__VU - 1) % accounts.length];
  const due = session && Date.now() > session.refreshAt;
  if (!session || due) {
    const response = due
      ? http.post(`${baseUrl}/api/auth/refresh`, JSON.stringify({ refreshToken: session.refreshToken }), { headers: json, tags: { name: "refresh" } })
      : signIn(email);
    const { tokens } = answered(response, 200, due ? "refresh" : "sign in").data;
    http.cookieJar().clear(baseUrl);
    // When half of its time is over; `REFRESH_SECONDS` for shorter.
    const seconds = Math.min(tokens.expiresIn / 2, number("REFRESH_SECONDS", 450));
    session = { token: tokens.accessToken, refreshToken: tokens.refreshToken, refreshAt: Date.now() + seconds * 1000 };
  }
  return session.token;
}

/** A page of a list that is what it should be. */
export const isPage = (response, what) =>
  check(response, {
    [`${what}: a page`]: (answer) => answer.status === 200 && Array.isArray(answer.json("data")) && typeof answer.json("pageInfo.hasNextPage") === "boolean",
  });

export const isWritten = (response, what) => check(response, { [`${what}: done`]: (answer) => answer.status >= 200 && answer.status < 300 });

export const oneOf = (list) => list[Math.floor(Math.random() * list.length)];

/** Runs one of `[share, action]`s, as often as its share says. */
export function mix(shares) {
  let left = Math.random() * shares.reduce((sum, [share]) => sum + share, 0);
  for (const [share, action] of shares) {
    left -= share;
    if (left < 0) return action();
  }
}
