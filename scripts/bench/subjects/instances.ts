// NewFeed's cluster with a given number of notification instances, and users whose sockets follow one post on all of them.
import { setTimeout as sleep } from "node:timers/promises";
import { startCluster } from "../../cluster/cluster.ts";
import type { InstancesReply } from "../instances.ts";
import { cpuSecondsOf } from "../processes.ts";

const { DIRECTORY = "", INSTANCES = "1", USERS = "1" } = process.env;
const cluster = await startCluster({
  directory: DIRECTORY,
  port: 0,
  scale: { "notification-service": Number(INSTANCES) },
  restart: false,
  passedOn: { RATE_LIMIT_FACTOR: "1000000", LOG_LEVEL: "warn" },
  progress: () => {},
});

async function call<T>(path: string, body: unknown, token?: string): Promise<T> {
  const response = await fetch(`${cluster.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`POST ${path} failed with ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}
async function signUp(username: string): Promise<string> {
  const account = { username, email: `${username}@example.com`, password: "Test123" };
  const { data } = await call<{ data: { tokens: { accessToken: string } } }>("/api/auth/signup", account);
  return data.tokens.accessToken;
}

const author = await signUp("author");
const tokens: string[] = [];
for (let index = 0; index < Number(USERS); index++) tokens.push(await signUp(`reader${index}`));
const { id: postId } = await call<{ id: string }>("/api/v1/posts", { content: "Followed", postType: "TEXT" }, author);

const notificationInstances = () => cluster.rows().filter(({ name }) => name === "notification-service");
const cpuSeconds = () => notificationInstances().reduce((sum, { pid }) => sum + (pid ? cpuSecondsOf(pid) : 0), 0);

/** Creates comments one after the other, each with its number and time as marks. */
let seq = 0;
async function write(perSecond: number, seconds: number): Promise<number> {
  const started = performance.now();
  for (let index = 0; index < perSecond * seconds; index++) {
    await sleep(Math.max(0, started + (index * 1_000) / perSecond - performance.now()));
    const ts = (performance.timeOrigin + performance.now()).toFixed(3);
    await call(`/api/v1/posts/${postId}/comments`, { content: `seq=${++seq} ts=${ts} The quick brown fox jumps over the lazy dog` }, author);
  }
  return perSecond * seconds;
}

const reply = (message: InstancesReply) => process.send?.(message);
process.on("message", async (message: { type: "write"; perSecond: number; seconds: number } | { type: "account" }) => {
  if (message.type === "account") reply({ type: "accounted", cpuSeconds: cpuSeconds() });
  else reply({ type: "written", comments: await write(message.perSecond, message.seconds) });
});
const close = async () => {
  await cluster.close();
  process.exit(0);
};
process.on("SIGTERM", close);
process.on("disconnect", close);
reply({
  type: "ready",
  urls: notificationInstances().map(({ port }) => `ws://127.0.0.1:${port}/notifications/socket.io/?EIO=4&transport=websocket`),
  tokens,
  postId,
});
