import { type DescMessage, fromJson, type JsonValue } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { StoringServiceName } from "@newfeed/shared/contracts/services.ts";
import { keepDeadLetter } from "@newfeed/shared/outbox/dead-letters.ts";
import {
  DeadLetterCountsSchema,
  DeadLetterPageSchema,
  DeadLetterSchema,
  DeadLetterStepPageSchema,
  EventService,
  ReplayPageSchema,
  ReplaySchema,
  StoredEventPageSchema,
  StoredEventSchema,
  TimelinePageSchema,
} from "@newfeed/shared/proto/newfeed/v1/event_pb.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { administratorOf, auditorOf } from "./support/administrator.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { grpcClient, refusalOf } from "./support/grpc.ts";

let feed: TestFeed;
let admin: Person;
let auditor: Person;
let author: Person;
beforeAll(async () => {
  feed = await startTestFeed();
  [admin, auditor, author] = [await administratorOf(feed), await auditorOf(feed), await feed.person("author")];
});
afterAll(() => feed.close());

/** What REST answers, as the message that gRPC should answer. */
async function restOf(desc: DescMessage, path: string, reader = auditor) {
  const { status, body } = await reader.get(`/api/v1${path}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return fromJson(desc, body as JsonValue, { ignoreUnknownFields: true });
}

describe("the event store over gRPC", () => {
  test("answers auditors as REST does, with what was published", async () => {
    const correlationId = "a-request-of-the-tests";
    const { body: post } = await author.post("/api/v1/posts", { content: "Hello", postType: "TEXT" }, { "x-correlation-id": correlationId });
    await author.patch(`/api/v1/posts/${post.id}`, { content: "Hello again" });
    const events = grpcClient(feed, EventService, auditor);
    const listed = await eventually(async () => {
      const page = await events.getAggregateEvents({ id: post.id });
      expect(page.data.map(({ type }) => type)).toEqual(["post.created", "post.published", "post.updated"]);
      return page;
    });
    expect(listed).toEqual(await restOf(StoredEventPageSchema, `/events/aggregates/${post.id}`));
    const [created] = listed.data;
    expect(created).toMatchObject({ producer: "post-service", actorId: author.id, correlationId, aggregate: { type: "post", id: post.id, revision: 1 } });
    expect(created?.body).toMatchObject({ data: { post: { content: "Hello" } } });
    expect(await events.getEvent({ id: created?.id ?? "" })).toEqual(await restOf(StoredEventSchema, `/events/${created?.id}`));
    const query = { type: "POST_UPDATED", actor: author.id, from: timestampFromDate(new Date(Date.now() - 60_000)), limit: 1 };
    const found = await events.listEvents(query);
    expect(found.data.map(({ type }) => type)).toEqual(["post.updated"]);
    await eventually(async () => {
      const timeline = await events.getCorrelationEvents({ correlationId });
      expect(timeline.data.length).toBeGreaterThanOrEqual(2);
      expect(timeline).toEqual(await restOf(TimelinePageSchema, `/events/correlations/${correlationId}`));
    });
  });

  test("refuses who may not read it, and what is no query", async () => {
    await expect(refusalOf(grpcClient(feed, EventService, author).listEvents({}))).resolves.toMatchObject({ grpc: "PermissionDenied", code: "forbidden" });
    await expect(refusalOf(grpcClient(feed, EventService).listEvents({}))).resolves.toMatchObject({ code: "unauthenticated" });
    const events = grpcClient(feed, EventService, auditor);
    await expect(refusalOf(events.listEvents({ type: "no type" }))).resolves.toMatchObject({ errors: [{ field: "type" }] });
    await expect(refusalOf(events.getEvent({ id: author.id }))).resolves.toMatchObject({ code: "not_found" });
  });
});

describe("replays over gRPC", () => {
  test("are made, seen and ended by administrators, as over REST", async () => {
    const replays = grpcClient(feed, EventService, admin);
    const from = timestampFromDate(new Date(Date.now() - 3_600_000));
    const made = await replays.createReplay({ consumer: "query-service", types: ["post.created"], from, rate: 1 });
    expect(made).toMatchObject({ consumer: "query-service", types: ["post.created"], rate: 1, from, createdBy: admin.id });
    const paused = await replays.pauseReplay({ id: made.id }).catch((error) => refusalOf(Promise.reject(error)));
    // It may have been too fast.
    expect("code" in paused ? paused.code : paused.state).toMatch(/^(conflict|paused)$/);
    if ("state" in paused) expect(await replays.resumeReplay({ id: made.id })).toMatchObject({ state: "running" });
    const ended = await eventually(async () => {
      const replay = await replays.getReplay({ id: made.id });
      expect(replay.state).toMatch(/^(done|running)$/);
      return replay;
    });
    if (ended.state === "running") await replays.cancelReplay({ id: made.id });
    await eventually(async () => {
      const replay = await replays.getReplay({ id: made.id });
      expect(replay.state).toMatch(/^(done|cancelled)$/);
      expect(replay).toEqual(await restOf(ReplaySchema, `/replays/${made.id}`));
    });
    expect(await replays.listReplays({})).toEqual(await restOf(ReplayPageSchema, "/replays"));
    await expect(refusalOf(grpcClient(feed, EventService, auditor).createReplay({ consumer: "query-service", from }))).resolves.toMatchObject({
      code: "forbidden",
    });
    await expect(refusalOf(replays.createReplay({ consumer: "delivery-service", from, rate: 0 }))).resolves.toMatchObject({
      errors: expect.arrayContaining([expect.objectContaining({ field: "consumer" }), expect.objectContaining({ field: "rate" })]),
    });
  });
});

describe("dead letters over gRPC", () => {
  const keep = async (service: StoringServiceName, id: string) => {
    const { query } = await feed.platform.openDatabase(service);
    await keepDeadLetter(query, { id, type: "comment.created", key: null, body: "not JSON" }, null, false, { reason: "not JSON", detail: "a stack", tries: 1 });
  };

  test("are listed, shown, dropped and replayed, and what was done stays", async () => {
    for (const id of ["first", "second"]) await keep("post-service", id);
    await keep("media-service", "third");
    const [seen, changed] = [grpcClient(feed, EventService, auditor), grpcClient(feed, EventService, admin)];
    const listed = await seen.listDeadLetters({});
    expect(listed.data.map(({ service, messageId }) => `${service} ${messageId}`)).toEqual([
      "post-service first",
      "post-service second",
      "media-service third",
    ]);
    expect(listed).toEqual(await restOf(DeadLetterPageSchema, "/dead-letters"));
    expect(await seen.countDeadLetters({})).toEqual(await restOf(DeadLetterCountsSchema, "/dead-letters/counts"));
    const id = listed.data[0]?.id ?? 0n;
    const shown = await seen.getDeadLetter({ service: "post-service", id });
    expect(shown).toEqual(await restOf(DeadLetterSchema, `/dead-letters/post-service/${id}`));
    expect(shown).toMatchObject({ body: "not JSON", detail: "a stack", tries: 1 });
    expect(await changed.dropDeadLetters({ service: "post-service", id })).toMatchObject({ letters: 1n });
    expect(await changed.replayDeadLetters({ service: "media-service", type: "comment.created", after: 0n })).toMatchObject({ letters: 1n });
    const steps = await seen.getDeadLetterAudit({});
    expect(steps.data).toMatchObject([
      { service: "media-service", action: "replay", letters: 1n, actorId: admin.id },
      { service: "post-service", action: "drop", letterId: id, letters: 1n },
    ]);
    expect(steps).toEqual(await restOf(DeadLetterStepPageSchema, "/dead-letters/audit"));
    await expect(refusalOf(seen.dropDeadLetters({ service: "post-service" }))).resolves.toMatchObject({ code: "forbidden" });
    await expect(refusalOf(changed.dropDeadLetters({ service: "post-service", id: 999_999n }))).resolves.toMatchObject({ code: "not_found" });
    await expect(refusalOf(changed.dropDeadLetters({ service: "no-service" }))).resolves.toMatchObject({ errors: [{ field: "service" }] });
  });
});
