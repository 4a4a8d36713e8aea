// The scripts' client of NewFeed's API.
import { check, sleep } from "k6";
import http from "k6/http";
import { baseUrl } from "./options.js";
import { expectJson, headersOf } from "./sessions.js";

/** For `setup`: posts, each with some comments. */
export function createPosts(accounts, count, comments = 5) {
  return Array.from({ length: count }, (_, n) => {
    const api = clientOf(accounts[n % accounts.length].token);
    const { id } = expectJson(api.createPost(`Post number ${n + 1} of a load test.`), 201, "create post");
    for (let k = 1; k <= comments; k++) expectJson(api.createComment(id, `Comment number ${k}.`), 201, "create comment");
    return id;
  });
}

/** A client with this token, or an anonymous one. Each call returns k6's response, tagged with its kind. */
export function clientOf(token) {
  const headers = headersOf(token);
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
    createPoll: (content, poll) => post("/api/v1/posts", { content, postType: "TEXT", poll }, "create poll"),
    vote: (postId, option) => post(`/api/v1/posts/${postId}/poll/votes`, { option }, "vote"),
    createDraft: (content) => post("/api/v1/drafts", { content }, "create draft"),
    updateDraft: (id, draft) => http.patch(`${baseUrl}/api/v1/drafts/${id}`, JSON.stringify(draft), { headers, tags: { name: "update draft" } }),
    publishDraft: (draftId, content) => post("/api/v1/posts", { draftId, content, postType: "TEXT" }, "publish draft"),
    uploadImage: (bytes) =>
      http.post(
        `${baseUrl}/api/media/upload/image`,
        { image: http.file(bytes, "picture.png", "image/png") },
        { headers: { Authorization: headers.Authorization }, tags: { name: "upload" } },
      ),
    createImagePost: (content, mediaIds) => post("/api/v1/posts", { content, postType: "IMAGE", mediaIds }, "create post with image"),
    file: (url, name) => http.get(url, { responseType: "binary", tags: { name } }),
    report: (type, id, reason) => post("/api/v1/reports", { target: { type, id }, reason }, "report"),
    cases: (state) => get(`/api/v1/moderation/cases?state=${state}&limit=100`, "cases"),
    oneCase: (id) => get(`/api/v1/moderation/cases/${id}`, "one case"),
    claim: (id) => post(`/api/v1/moderation/cases/${id}/claim`, undefined, "claim"),
    approve: (id, revision) => post(`/api/v1/moderation/cases/${id}/approve`, { revision }, "decide"),
    reject: (id, rejection) => post(`/api/v1/moderation/cases/${id}/reject`, rejection, "decide"),
    decideAll: (decision) => post("/api/v1/moderation/cases/decide", decision, "decide many"),
    webhooks: () => get("/api/v1/webhooks", "webhooks"),
    createWebhook: (webhook) => post("/api/v1/webhooks", webhook, "create webhook"),
    deleteWebhook: (id) => http.del(`${baseUrl}/api/v1/webhooks/${id}`, null, { headers, tags: { name: "delete webhook" } }),
    deliveries: (webhookId) => get(`/api/v1/webhooks/${webhookId}/deliveries?limit=100`, "deliveries"),
    registerDevice: (device) => post("/api/v1/devices", device, "register device"),
    removeDevice: (id) => http.del(`${baseUrl}/api/v1/devices/${id}`, null, { headers, tags: { name: "remove device" } }),
    whyNotified: (notificationId) => get(`/api/v1/notifications/why?notification=${notificationId}`, "why notified"),
  };
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

/** What `read` finds, as soon as it finds something; undefined after so many seconds without. */
export function waitFor(read, seconds) {
  const until = Date.now() + seconds * 1000;
  for (;;) {
    const found = read();
    if (found || Date.now() > until) return found || undefined;
    sleep(0.2);
  }
}

export const oneOf = (list) => list[Math.floor(Math.random() * list.length)];

/** Runs one action of `[share, action]` pairs, chosen at random by its share. */
export function mix(shares) {
  let left = Math.random() * shares.reduce((sum, [share]) => sum + share, 0);
  for (const [share, action] of shares) {
    left -= share;
    if (left < 0) return action();
  }
}
