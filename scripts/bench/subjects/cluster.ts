// All of NewFeed as a cluster, every process on the processor that this one is pinned to.
import { setTimeout as sleep } from "node:timers/promises";
import { openDatabase } from "@newfeed/shared/runtime/database.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { startCluster } from "../../cluster/cluster.ts";
import { familyCpuSeconds, type StackReply } from "../stack.ts";
import { median } from "../statistics.ts";

const { DIRECTORY = "", COMMENTERS = "8", POSTS = "8" } = process.env;
const cluster = await startCluster({
  directory: DIRECTORY,
  port: 0,
  scale: {},
  restart: false,
  passedOn: { RATE_LIMIT_FACTOR: "1000000", LOG_LEVEL: "info" },
  progress: () => {},
});

async function call<T>(method: string, path: string, body?: unknown, token?: string): Promise<T> {
  const response = await fetch(`${cluster.url}${path}`, {
    method,
    headers: { ...(body !== undefined && { "content-type": "application/json" }), ...(token && { authorization: `Bearer ${token}` }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path} failed with ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}
async function signUp(username: string): Promise<string> {
  const { data } = await call<{ data: { tokens: { accessToken: string } } }>("POST", "/api/auth/signup", {
    username,
    email: `${username}@example.com`,
    password: "Test123",
    fullName: `The ${username}`,
  });
  return data.tokens.accessToken;
}

const authorToken = await signUp("author");
const tokens: string[] = [];
for (let index = 1; index <= Number(COMMENTERS); index++) tokens.push(await signUp(`commenter${index}`));
const postIds: string[] = [];
for (let index = 1; index <= Number(POSTS); index++)
  postIds.push((await call<{ id: string }>("POST", "/api/v1/posts", { content: `Post ${index}`, postType: "TEXT" }, authorToken)).id);
// Lets the effects of signing up and posting finish.
await sleep(3_000);
const unread = async () => (await call<{ unreadCount: number }>("GET", "/api/v1/notifications/unread-count", undefined, authorToken)).unreadCount;
const unreadBefore = await unread();

/** How many comments are counted on their post and have notified its author. */
async function done(): Promise<number> {
  const posts = await Promise.all(postIds.map((id) => call<{ commentCount: number }>("GET", `/api/v1/posts/${id}`)));
  const counted = posts.reduce((sum, { commentCount }) => sum + commentCount, 0);
  return Math.min(counted, (await unread()) - unreadBefore);
}

const database = openDatabase(cluster.servers.postgres.url, createLogger({ level: "warn", json: false }), 1);
await database.query("CREATE TABLE commit_probe (value int)");
/** The median of fifty commits. */
async function commitMilliseconds(): Promise<number> {
  const samples: number[] = [];
  for (let index = 0; index < 50; index++) {
    const started = performance.now();
    await database.query("INSERT INTO commit_probe VALUES ($1)", [index]);
    samples.push(performance.now() - started);
  }
  return median(samples);
}

const reply = (message: StackReply) => process.send?.(message);
process.on("message", async ({ type }: { type: "account" | "count" | "commit" }) => {
  if (type === "commit") return reply({ type: "committed", milliseconds: await commitMilliseconds() });
  if (type === "count") return reply({ type: "counted", comments: await done() });
  const roots = new Map(cluster.rows().flatMap(({ instance, pid }) => (pid ? [[instance, pid] as const] : [])));
  reply({ type: "accounted", processes: familyCpuSeconds(roots) });
});
const close = async () => {
  await database.close();
  await cluster.close();
  process.exit(0);
};
process.on("SIGTERM", close);
process.on("disconnect", close);
const port = new URL(cluster.url).port;
reply({
  type: "ready",
  url: `http://127.0.0.1:${port}`,
  socketUrl: `http://127.0.0.1:${port}`,
  tokens,
  authorToken,
  postIds,
  commentPath: "/api/v1/posts/:id/comments",
  feedPath: "/api/v1/posts?limit=10",
});
