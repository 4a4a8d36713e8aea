import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { expect, test } from "vitest";
import { startKafka } from "../scripts/infra/kafka.ts";
import { startTestFeed } from "./support/feed.ts";
import { hasKafka, withKafka } from "./support/kafka.ts";

test("a feed whose events travel on Kafka tells of comments and likes, fills feeds, and forgets what is deleted", async ({ skip }) => {
  if (!hasKafka) return skip(withKafka);
  const directory = mkdtempSync(join(tmpdir(), "newfeed-kafka-"));
  const kafka = await startKafka(join(directory, "kafka"));
  const feed = await startTestFeed({ KAFKA_BROKERS: new URL(kafka.url).host });
  try {
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    const timely = <T>(check: () => Promise<T>) => eventually(check, 60_000);
    await ben.post(`/api/v1/users/${ann.id}/follow`);
    await timely(async () => expect((await ann.get("/api/v1/notifications")).body.data.map(({ type }: { type: string }) => type)).toContain("new_follower"));
    const { body: post } = await ann.post("/api/v1/posts", { content: "On a log", postType: "TEXT" });
    const home = async () => (await ben.get("/api/v1/feed")).body.data.map(({ id }: { id: string }) => id);
    await timely(async () => expect(await home()).toContain(post.id));
    await ben.post(`/api/v1/posts/${post.id}/comments`, { content: "And on paper" });
    await ben.post(`/api/v1/posts/${post.id}/like`);
    await timely(async () => expect((await ann.get(`/api/v1/posts/${post.id}`)).body).toMatchObject({ commentCount: 1, likeCount: 1 }));
    await timely(async () => {
      const types = (await ann.get("/api/v1/notifications")).body.data.map(({ type }: { type: string }) => type);
      expect(types).toEqual(expect.arrayContaining(["post_liked", "new_comment"]));
    });
    await ann.delete(`/api/v1/posts/${post.id}`);
    await timely(async () => expect(await home()).not.toContain(post.id));
    await timely(async () => expect(JSON.stringify((await ann.get("/api/v1/notifications")).body)).not.toContain(post.id));
  } finally {
    await feed.close();
    await kafka.close();
    rmSync(directory, { recursive: true, force: true });
  }
}, 240_000);

test("events travel on one bus", async () => {
  await expect(startTestFeed({ KAFKA_BROKERS: "127.0.0.1:1", RABBITMQ_URL: "amqp://127.0.0.1:1" })).rejects.toThrow(
    "KAFKA_BROKERS: events travel on Kafka, or on RabbitMQ",
  );
  await expect(startTestFeed({ KAFKA_BROKERS: "nowhere" })).rejects.toThrow("KAFKA_BROKERS: must be host:port");
});
