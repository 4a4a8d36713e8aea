import type { StoringServiceName } from "@newfeed/shared/contracts/services.ts";
import { correlationHeader } from "@newfeed/shared/http/correlation.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openSocket } from "./support/clients.ts";
import { startTestFeed, type TestFeed } from "./support/feed.ts";

type Line = { service?: string; message: string; method?: string; path?: string; correlationId?: string };

let feed: TestFeed;
/** Everything that the feed has logged. */
let log = "";
beforeAll(async () => {
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    log += text;
    return true;
  });
  feed = await startTestFeed({ LOG_LEVEL: "http", LOG_FORMAT: "json" });
});
afterAll(async () => {
  await feed.close();
  vi.restoreAllMocks();
});

const linesWith = (text: string) =>
  log
    .split("\n")
    .filter((line) => line.includes(text))
    .map((line) => JSON.parse(line) as Line);
const requestsOf = (id: string) =>
  linesWith(id)
    .filter(({ correlationId }) => correlationId === id)
    .map(({ service = "api-gateway", method, path }) => `${service} ${method} ${path}`);

interface Sent {
  type: string;
  correlationId: string;
  data: { comment?: { content: string } };
}
/** The events in a service's outbox, in order. */
async function eventsOf(service: StoringServiceName): Promise<Sent[]> {
  const database = await feed.platform.openDatabase(service);
  const rows = await database.query<{ body: string }>("SELECT body FROM newfeed.outbox ORDER BY id");
  return rows.map(({ body }) => JSON.parse(body) as Sent);
}
const typesOf = async (service: StoringServiceName, id: string) =>
  (await eventsOf(service)).filter(({ correlationId }) => correlationId === id).map(({ type }) => type);

test("a request's log lines, events and internal calls carry its correlation id, as do the events that follow", async () => {
  const [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
  const { body: post } = await alice.post("/api/v1/posts", { content: "Hello", postType: "TEXT" }, { [correlationHeader]: "writing-a-post" });
  const path = `/api/v1/posts/${post.id}/comments`;
  const written = await bob.post(path, { content: `Hello @${alice.username}` }, { [correlationHeader]: "writing-a-comment" });
  expect(written).toMatchObject({ status: 201 });
  expect(written.headers.get(correlationHeader)).toBe("writing-a-comment");

  await eventually(() =>
    expect(requestsOf("writing-a-comment").toSorted()).toEqual([
      `api-gateway POST ${path}`,
      `comment-service POST ${path}`,
      "post-service POST /internal/posts/access-of-many",
      "user-service POST /internal/users/mentionable",
    ]),
  );
  expect(await typesOf("post-service", "writing-a-post")).toEqual(["post.created", "post.published"]);
  expect(await typesOf("comment-service", "writing-a-comment")).toEqual(["comment.created"]);

  const left = await bob.delete("/api/auth/me", { password: bob.password }, { [correlationHeader]: "leaving" });
  expect(left.status).toBe(200);
  expect(await typesOf("auth-service", "leaving")).toEqual(["session.revoked", "user.deleted", "account.data_removed"]);
  await eventually(async () => expect(await typesOf("comment-service", "leaving")).toEqual(["comment.deleted", "account.data_removed"]));
});

test("a GraphQL document's calls carry its correlation id", async () => {
  const alice = await feed.person("alice");
  const query = 'mutation { createPost(input: { content: "Hello", postType: "TEXT" }) { success } }';
  await alice.post("/graphql", { query }, { [correlationHeader]: "a-document" });
  await eventually(() => expect(requestsOf("a-document")).toContain("post-service POST /api/v1/posts"));
  expect(await typesOf("post-service", "a-document")).toEqual(["post.created", "post.published"]);
});

test("calls for a socket's client carry the correlation id of its handshake", async () => {
  const alice = await feed.person("alice");
  const { body: post } = await alice.post("/api/v1/posts", { content: "Hello", postType: "TEXT" });
  const socket = await openSocket(feed, alice, { headers: { [correlationHeader]: "a-socket" } });
  await socket.ask("subscribe-post", post.id);
  await eventually(() => expect(requestsOf("a-socket")).toContain("post-service POST /internal/posts/access-of-many"));
  socket.close();
});

test("background work has a correlation id that names it", async () => {
  const ids = () => new Set(linesWith("/internal/revocations").map(({ correlationId }) => correlationId));
  await eventually(() => expect(ids().size).toBeGreaterThan(1));
  for (const id of ids()) expect(id).toMatch(/^revocations:[0-9a-f-]{36}$/);
});

test("requests at the same time never mix their ids", async () => {
  const users = await Promise.all(Array.from({ length: 4 }, () => feed.person("person")));
  const posts = await Promise.all(users.map(async (person) => (await person.post("/api/v1/posts", { content: "Hello", postType: "TEXT" })).body.id));
  const ids = Array.from({ length: 60 }, (_, index) => `at-once-${index}`);
  await Promise.all(
    ids.map(async (id, index) => {
      const [person, postId] = [users[index % users.length], posts[index % posts.length]];
      const answer = await person?.post(`/api/v1/posts/${postId}/comments`, { content: id }, { [correlationHeader]: id });
      expect(answer).toMatchObject({ status: 201 });
    }),
  );
  const created = (await eventsOf("comment-service")).filter(({ data }) => data.comment?.content.startsWith("at-once-"));
  expect(created.map(({ correlationId }) => correlationId).toSorted()).toEqual(ids.toSorted());
  for (const { correlationId, data } of created) expect(correlationId).toBe(data.comment?.content);
  await eventually(() => {
    for (const id of ids) expect(requestsOf(id).filter((request) => request.startsWith("comment-service POST"))).toHaveLength(1);
  });
});
