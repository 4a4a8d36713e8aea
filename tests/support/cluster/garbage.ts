import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { openRedis } from "@newfeed/shared/cluster/redis.ts";
import { createLogger } from "@newfeed/shared/runtime/logger.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import type { TestCluster } from "./start.ts";

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");
const signal = (topic: unknown, payload: unknown) => Buffer.from(JSON.stringify({ uid: "foreign", type: 6, data: ["signal", topic, payload] }));

/** Invalid JSON, JSON of another shape, MessagePack that claims a gigabyte, noise, large frames, and invalid signals. */
const frames = (): Buffer[] => [
  Buffer.alloc(0),
  Buffer.from("not JSON"),
  ...[null, 1, "text", [], {}, { uid: "foreign", type: 99 }, { uid: "foreign", type: 6, data: {} }, { uid: "foreign", type: 6, data: { length: 1e9 } }].map(
    (shape) => Buffer.from(JSON.stringify(shape)),
  ),
  hex("c9 ff ff ff ff 00"),
  hex("dd 01 ff ff ff".repeat(50)),
  ...Array.from({ length: 20 }, () => randomBytes(1 + Math.floor(Math.random() * 2_000))),
  randomBytes(4 * 1024 * 1024),
  Buffer.from(`[${"[".repeat(100_000)}`),
  Buffer.from(JSON.stringify({ uid: "foreign", type: 6, data: ["signal", "committed", "x".repeat(2 * 1024 * 1024)] })),
  signal("committed", null),
  signal("committed", { accessChanged: "yes", appended: [{ stream: 1 }] }),
  signal("committed", { accessChanged: true, appended: [{ stream: "post:none", entries: [{ offset: "one" }] }] }),
  signal("post_liked", { postId: "none", likeCount: "many" }),
  signal("new_post", { post: {} }),
  signal("__proto__", { polluted: true }),
];

/** Publishes garbage on every channel of notification-service, three times a second, for a given time. */
export async function putGarbage(cluster: TestCluster, milliseconds: number): Promise<void> {
  const redis = openRedis(cluster.servers.redis.url, "publish", createLogger({ level: "error", json: false }));
  try {
    await eventually(() => {
      if (!redis.ready) throw new Error("no connection to Redis");
    });
    const prefix = "newfeed.notification-service";
    const channels = [`${prefix}#/#`, `${prefix}#/#room#`, `${prefix}-request#/#`, `${prefix}-response#/#`];
    const receivers = await redis.client.publish(channels[2] as string, "not a frame");
    if (receivers === 0) throw new Error(`no subscriber on ${channels[2]}`);
    for (const end = Date.now() + milliseconds; Date.now() < end; await sleep(300))
      for (const channel of channels) for (const frame of frames()) await redis.client.publish(channel, frame);
  } finally {
    await redis.close();
  }
}
