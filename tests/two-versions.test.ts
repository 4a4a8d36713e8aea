import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { storingServiceNames } from "@newfeed/shared/contracts/services.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { type Infra, startInfra } from "../scripts/infra.ts";
import { available } from "./support/available.ts";
import { closedAfterEach, type Listener, openEvents } from "./support/clients.ts";
import { callersOf, type Person, signedIn, startTestFeed, type TestFeed } from "./support/feed.ts";
import { type FeedProcess, startProcess } from "./support/process.ts";
import { copyRepository } from "./support/repository-copy.ts";

const found = await available("rabbitmq");

/** The sources of the newer version: its posts say whether they are pinned, and its entries say that it wrote them. */
const newer = mkdtempSync(join(tmpdir(), "newfeed-newer-"));
function change(file: string, from: string, to: string): void {
  const path = join(newer, file);
  const text = readFileSync(path, "utf8");
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}
beforeAll(() => {
  copyRepository(newer);
  change("shared/src/contracts/event-data.ts", "export const EventPost = OpenObject({", "$&\n  pinned: z.boolean().default(false),");
  change("post-service/src/posts/events.ts", "id: post.id,", "$&\n  pinned: true,");
  change("notification-service/src/handlers.ts", '"post_updated", { postId: post.id, post }', '"post_updated", { postId: post.id, post, writtenBy: "newer" }');
});
afterAll(() => rmSync(newer, { recursive: true, force: true }));

const listening = closedAfterEach();
let ending: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ending) await end();
  ending = [];
});

async function startOlder(environment: Record<string, string>): Promise<TestFeed> {
  const feed = await startTestFeed(environment);
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= feed.close());
  ending.push(close);
  return { ...feed, close };
}

async function startNewer(environment: Record<string, string>): Promise<FeedProcess> {
  const directory = mkdtempSync(join(tmpdir(), "newfeed-newer-data-"));
  const feed = await startProcess(directory, { DATABASE_URL: new URL("/", inject("databaseUrl")).href, ...environment }, [], join(newer, "app/start.ts"));
  ending.push(async () => {
    await feed.signal("SIGTERM");
    rmSync(directory, { recursive: true, force: true });
  });
  return feed;
}

/** The same person, signed in to the other version: each has keys of its own. */
async function signIn(feed: { url: string }, person: Person): Promise<Person> {
  const { call } = callersOf(feed.url);
  const { status, body } = await call("POST", "/api/auth/login", { email: person.email, password: person.password });
  expect([status, body]).toEqual([200, body]);
  return { ...person, ...signedIn({ call }, body.data.tokens.accessToken) };
}

const edits = (listener: Listener) =>
  listener.of("post_updated").map(({ data }) => ({ content: data.post.content, pinned: data.post.pinned, writtenBy: data.writtenBy }));

async function story(busEnvironment: Record<string, string>): Promise<void> {
  const environment = { DATABASE_PREFIX: `two${randomBytes(6).toString("hex")}_`, ...busEnvironment };
  let older = await startOlder(environment);
  const alice = await older.person("alice");
  const { body: post } = await alice.post("/api/v1/posts", { content: "Hello", postType: "TEXT" });
  const url = `/api/v1/posts/${post.id}`;
  const newerFeed = await startNewer({ ...environment, INSTANCE: "newer" });
  const onNewer = await signIn(newerFeed, alice);

  // The newer one publishes; the older one, which was there first, consumes: what it does not know reaches its log and its clients.
  const reader = listening(await openEvents(older, alice, `/api/sse/comments/${post.id}`));
  expect((await onNewer.patch(url, { content: "edited by the newer" })).status).toBe(200);
  await eventually(() => expect(edits(reader)).toEqual([{ content: "edited by the newer", pinned: true, writtenBy: undefined }]), 10_000);

  // The other way round: the newer one, alone for a moment, takes over publishing and consuming; what it knows is missing.
  await older.close();
  const other = listening(await openEvents(newerFeed, onNewer, `/api/sse/comments/${post.id}`));
  expect((await onNewer.patch(url, { content: "edited while alone" })).status).toBe(200);
  await eventually(() => expect(edits(other)).toEqual([{ content: "edited while alone", pinned: true, writtenBy: "newer" }]), 20_000);
  older = await startOlder({ ...environment, INSTANCE: "older-again" });
  const again = await signIn(older, alice);
  expect((await again.patch(url, { content: "edited by the older" })).status).toBe(200);
  await eventually(() => expect(edits(other).slice(1)).toEqual([{ content: "edited by the older", pinned: false, writtenBy: "newer" }]), 10_000);

  for (const service of storingServiceNames) {
    const { query } = await older.platform.openDatabase(service);
    expect({ service, dead: await query("SELECT type, reason FROM newfeed.dead_letter") }).toEqual({ service, dead: [] });
  }
}

describe("two versions beside each other, whose events differ by a field, dead-letter nothing", () => {
  test("on the embedded bus", { timeout: 90_000 }, () => story({}));

  describe.runIf(found)("and on RabbitMQ", () => {
    let infra: Infra<"rabbitmq">;
    const directory = mkdtempSync(join(tmpdir(), "newfeed-two-versions-"));
    beforeAll(async () => {
      infra = await startInfra({ directory, need: ["rabbitmq"] });
    }, 120_000);
    afterAll(async () => {
      await infra?.close();
      rmSync(directory, { recursive: true, force: true });
    });
    test("as well", { timeout: 90_000 }, () => story({ RABBITMQ_URL: infra.servers.rabbitmq.url }));
  });
});
