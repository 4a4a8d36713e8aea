// An instance of notification-service with a backlog before it: comments by a hundred users under as many posts, each of which tells the
// post's author. It publishes that, and starts, when it is asked to; the servers are not this process's.
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { notificationService } from "@newfeed/notification-service/service.ts";
import { consumedTypes, type EventType, keyOf, parseEvent, queueOf } from "@newfeed/shared/contracts/events.ts";
import { readConfig } from "@newfeed/shared/runtime/config.ts";
import { openPlatform } from "@newfeed/shared/runtime/platform.ts";
import { runService } from "@newfeed/shared/runtime/run.ts";
import type { ConsumerReply } from "../backlog.ts";

const { DIRECTORY = "", PATH: _, ...given } = process.env;
const people = 100;

const platform = await openPlatform(readConfig({ ...given, PORT: "0", GRPC_PORT: "0", NEWFEED_DATA_DIR: DIRECTORY, LOG_LEVEL: "error" }));
const queue = queueOf("notification-service");
const occurredAt = new Date().toISOString();

/** A UUID that a name stands for. */
function idOf(name: string): string {
  const hex = createHash("sha256").update(name).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
const userOf = (n: number) => ({ id: idOf(`user ${n}`), username: `user_${n}`, fullName: `User ${n}`, avatarUrl: null });
const stateOf = (id: string) => ({ id, createdAt: occurredAt, updatedAt: occurredAt, revision: 1 });

function messageOf(type: EventType, aggregate: string, id: string, actorId: string, data: object) {
  const event = { id: idOf(`${type} ${id}`), type, aggregate: { type: aggregate, id, revision: 1 }, actorId, occurredAt, correlationId: id, data };
  const body = JSON.stringify(event);
  const parsed = parseEvent(body);
  if (!parsed) throw new Error(`${type} is unknown`);
  return { id: event.id, type, key: keyOf(parsed), body };
}
function postOf(n: number) {
  const author = userOf(n);
  const post = { ...stateOf(idOf(`post ${n}`)), author, content: `Post ${n}`, visibility: "public", status: "published", media: [] };
  return messageOf("post.created", "post", post.id, author.id, { post });
}
function commentOf(n: number) {
  const [author, postAuthor] = [userOf(n % people), userOf((n + 1 + Math.floor(n / people)) % people)];
  const postId = idOf(`post ${(n + 1 + Math.floor(n / people)) % people}`);
  const comment = { ...stateOf(idOf(`comment ${n}`)), postId, author, content: "The quick brown fox jumps over the lazy dog and back" };
  return messageOf("comment.created", "comment", comment.id, author.id, { comment, authorId: author.id, postAuthorId: postAuthor.id, visibility: "public" });
}

/** As the relay does, again until it works: a topic that has just been made has no leader yet. */
async function untilItWorks(work: () => Promise<void>): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries === 100) throw error;
      await sleep(200);
    }
  }
}
async function publish(count: number, nth: (n: number) => ReturnType<typeof messageOf>): Promise<void> {
  for (let from = 0; from < count; from += 500) {
    const messages = Array.from({ length: Math.min(500, count - from) }, (_, index) => nth(from + index));
    await untilItWorks(() => platform.bus.publish(messages));
  }
}

const types: readonly EventType[] = consumedTypes("notification-service");
/** How many of those that come before the comments reach notification-service. */
const before = (["user.registered", "post.created"] as const).filter((type) => types.includes(type)).length * people;

const reply = (message: ConsumerReply) => process.send?.(message);

/** Comments from one number to another, and before the first of them their authors and posts. */
async function fill(from: number, to: number): Promise<void> {
  if (from === 0) {
    await publish(people, (n) => messageOf("user.registered", "user", userOf(n).id, userOf(n).id, { user: userOf(n) }));
    await publish(people, postOf);
  }
  await publish(to - from, (n) => commentOf(from + n));
}

/** Until so many comments are consumed; what is measured is what came after `from`. */
async function consume(from: number, to: number): Promise<void> {
  const run = await runService(notificationService, platform);
  const database = await platform.openDatabase("notification-service");
  const cpuBefore = process.cpuUsage();
  const consumed = async () => {
    const [row] = await database.query<{ n: number }>("SELECT count(*) AS n FROM newfeed.consumed_event");
    return row?.n ?? 0;
  };
  while ((await platform.bus.waiting(queue)) > 0 || (await consumed()) < to + before) await sleep(200);
  const { user, system } = process.cpuUsage(cpuBefore);
  const [took] = await database.query<{ seconds: number }>(
    `SELECT extract(epoch FROM max(consumed_at) - min(consumed_at))::float8 AS seconds
     FROM (SELECT consumed_at FROM newfeed.consumed_event ORDER BY consumed_at DESC LIMIT $1) measured`,
    [to - from],
  );
  await run.close();
  reply({ type: "consumed", seconds: took?.seconds ?? 0, cpuSeconds: (user + system) / 1e6 });
}

process.on("message", async ({ type, from, to }: { type: "publish" | "consume"; from: number; to: number }) => {
  if (type === "consume") return consume(from, to);
  await fill(from, to);
  reply({ type: "published" });
});
process.on("SIGTERM", async () => {
  await platform.close();
  process.exit(0);
});
reply({ type: "ready" });
