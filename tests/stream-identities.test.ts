import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closedAfterEach, type Listener, openEvents, openSocket } from "./support/clients.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

const identities = ["author", "follower", "stranger", "blocked", "visitor"] as const;
type Identity = (typeof identities)[number];

let feed: TestFeed;
const listening = closedAfterEach();
let people: Record<Identity, Person>;
beforeAll(async () => {
  feed = await startTestFeed();
  const [author, follower, stranger, blocked, nobody] = await Promise.all(identities.map((name) => feed.person(name)));
  people = { author, follower, stranger, blocked, visitor: { ...(nobody as Person), token: "" } } as Record<Identity, Person>;
  await people.follower.post(`/api/v1/users/${people.author.id}/follow`);
  await people.author.post(`/api/v1/users/${people.blocked.id}/block`);
  const [forFollowers, forAll] = [await write({ visibility: "followers" }), await write()];
  await eventually(async () => {
    expect((await people.follower.get(`/api/v1/posts/${forFollowers}`)).status).toBe(200);
    expect((await people.blocked.get(`/api/v1/posts/${forAll}`)).status).toBe(404);
  });
});
afterAll(() => feed.close());

async function done(answer: Promise<{ status: number; body: { id: string } }>): Promise<string> {
  const { status, body } = await answer;
  expect(status, JSON.stringify(body)).toBeLessThan(300);
  return body.id;
}
const write = (post: Record<string, unknown> = {}) => done(people.author.post("/api/v1/posts", { content: "as it was created", postType: "TEXT", ...post }));
const change = (postId: string, post: Record<string, unknown>) => done(people.author.patch(`/api/v1/posts/${postId}`, post));
const comment = (postId: string, content: string) => done(people.author.post(`/api/v1/posts/${postId}/comments`, { content }));
const changeComment = (id: string, content: string) => done(people.author.patch(`/api/v1/comments/${id}`, { content }));

/** A post in a state. All that nobody may read there says "secret"; its log ends with an entry that says "now". */
interface State {
  make(): Promise<string>;
  readers: readonly Identity[];
}
const everybody = ["author", "follower", "stranger"] as const;
const followers = ["author", "follower"] as const;

const states: Record<string, State> = {
  "a draft": {
    async make() {
      const id = await write({ status: "draft" });
      await change(id, { content: "secret of the draft" });
      await change(id, { content: "secret of the draft, changed", visibility: "followers" });
      await comment(id, "now");
      return id;
    },
    readers: ["author"],
  },
  "a draft that was published": {
    async make() {
      const id = await write({ status: "draft" });
      await change(id, { content: "secret of the draft" });
      await change(id, { content: "public now", status: "published" });
      return id;
    },
    readers: everybody,
  },
  "for followers": {
    async make() {
      const id = await write({ visibility: "followers" });
      await change(id, { content: "for followers, now" });
      return id;
    },
    readers: followers,
  },
  "for followers once, public now": {
    async make() {
      const id = await write({ visibility: "followers" });
      await change(id, { content: "secret for followers" });
      await change(id, { content: "public now", visibility: "public" });
      return id;
    },
    readers: everybody,
  },
  "public once, private now": {
    async make() {
      const id = await write();
      await change(id, { content: "secret, since it was replaced" });
      await change(id, { content: "for followers now", visibility: "followers" });
      return id;
    },
    readers: followers,
  },
  edited: {
    async make() {
      const id = await write();
      const commentId = await comment(id, "secret comment");
      for (const content of ["secret post", "secret post, changed"]) await change(id, { content });
      for (const content of ["secret comment, changed", "the comment as it is"]) await changeComment(commentId, content);
      await change(id, { content: "the post now" });
      return id;
    },
    readers: everybody,
  },
  "with a deleted comment": {
    async make() {
      const id = await write();
      const commentId = await comment(id, "secret comment");
      await changeComment(commentId, "secret comment, changed");
      expect((await people.author.delete(`/api/v1/comments/${commentId}`)).status).toBe(204);
      await comment(id, "now");
      return id;
    },
    readers: everybody,
  },
  "shown with names that have changed": {
    async make() {
      await people.author.patch("/api/v1/users/me", { fullName: "A secret name" });
      const id = await write();
      await eventually(async () => expect((await people.author.get(`/api/v1/posts/${id}`)).body.author.fullName).toBe("A secret name"));
      await comment(id, "a comment");
      await people.author.patch("/api/v1/users/me", { fullName: "The author" });
      await eventually(async () => expect((await people.author.get(`/api/v1/posts/${id}`)).body.author.fullName).toBe("The author"));
      await change(id, { content: "now" });
      return id;
    },
    readers: everybody,
  },
};

interface Read {
  code: string;
  text: string;
}

/** Reads server-sent events until there is one that says `last`. */
async function readEvents(person: Person, path: string, last: RegExp, position: Record<string, string> = {}): Promise<Read> {
  const leaving = new AbortController();
  const headers = { ...(person.token && { authorization: `Bearer ${person.token}` }), ...position };
  const response = await fetch(feed.url + path, { headers, signal: leaving.signal });
  if (response.status !== 200) return { code: ((await response.json()) as { code: string }).code, text: "" };
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (last.test(text)) break;
  }
  leaving.abort();
  return { code: "ok", text };
}

/** Every way in which a stream's log leaves, from its beginning. */
const waysOut: Record<string, (person: Person, postId: string, start: string, last: RegExp) => Promise<Read>> = {
  async poll(person, postId, start) {
    const { status, body } = await feed.call("GET", `/api/v1/streams/post:${postId}/entries?after=${start}`, undefined, {
      ...(person.token && { authorization: `Bearer ${person.token}` }),
    });
    return status === 200 ? { code: "ok", text: JSON.stringify(body) } : { code: body.code, text: "" };
  },
  async socket(person, postId, start) {
    try {
      const listener = await openSocket(feed, person);
      const answer = await listener.ask("subscribe-post", postId, { cursor: start });
      listener.close();
      return answer.ok ? { code: "ok", text: JSON.stringify(listener.received) } : { code: answer.error.code, text: "" };
    } catch (error) {
      return { code: (error as { data: { code: string } }).data.code, text: "" };
    }
  },
  events: (person, postId, start, last) => readEvents(person, `/api/sse/comments/${postId}`, last, { "last-event-id": start }),
  // A stream that may not be followed ends alone there.
  async "events of many streams"(person, postId, start, last) {
    const ended = new RegExp(`event: unfollowed[\\s\\S]*?\\n\\n|${last.source}`, last.flags);
    const { code, text } = await readEvents(person, `/api/sse?streams=user:me,post:${postId}@${start}`, ended);
    const refused = /event: unfollowed[\s\S]*?data: (.+)\n/.exec(text)?.[1];
    if (!refused) return { code, text };
    return { code: JSON.parse(refused).error.code, text: /event: (?:post|comment)_/.test(text) ? text : "" };
  },
};

/** The start of a post's log, once its last entry is there. */
async function startOf(postId: string, last: RegExp): Promise<string> {
  const path = `/api/v1/streams/post:${postId}/entries`;
  const start = String((await people.author.get(path)).body.cursor).replace(/\d+$/, "0");
  await eventually(async () => expect(JSON.stringify((await people.author.get(`${path}?after=${start}`)).body)).toMatch(last));
  return start;
}

const read = (way: string, identity: Identity, postId: string, start: string, last: RegExp): Promise<Read> =>
  (waysOut[way] as (typeof waysOut)[string])(people[identity], postId, start, last);

describe.each(Object.entries(states))("the stream of a post that is %s", (_name, { make, readers }) => {
  let postId: string;
  let start: string;
  beforeAll(async () => {
    postId = await make();
    start = await startOf(postId, /\bnow"/);
  });

  test.each(Object.keys(waysOut))("shows what is there now to those who may see it, and nothing else, by %s", async (way) => {
    for (const identity of identities) {
      const { code, text } = await read(way, identity, postId, start, /\bnow"/);
      const expected = readers.includes(identity) ? "ok" : identity === "visitor" ? "unauthenticated" : "not_found";
      expect({ identity, code }).toEqual({ identity, code: expected });
      expect({ identity, text }).toEqual({ identity, text: code === "ok" ? expect.stringMatching(/\bnow"/) : "" });
      expect(text).not.toContain("secret");
    }
  });
});

test("the stream of a deleted post says to those who followed it only that it was deleted", async () => {
  const postId = await write();
  await comment(postId, "secret comment");
  await change(postId, { content: "secret post, now" });
  const start = await startOf(postId, /\bnow"/);
  expect((await people.author.delete(`/api/v1/posts/${postId}`)).status).toBe(204);
  await eventually(async () => expect((await read("socket", "author", postId, start, /./)).text).toContain("post_deleted"));
  for (const identity of ["author", "follower", "stranger", "blocked"] as const) {
    expect(await read("poll", identity, postId, start, /./)).toEqual({ code: "not_found", text: "" });
    for (const way of ["socket", "events"]) {
      const { code, text } = await read(way, identity, postId, start, /post_deleted.*\n\n/s);
      expect({ identity, way, code }).toEqual({ identity, way, code: "ok" });
      expect(text).toContain("post_deleted");
      expect(text).not.toContain("secret");
    }
  }
});

describe("live, on both transports,", () => {
  const follow = async (identity: Identity, postId: string, cursor?: string): Promise<Listener[]> => {
    const socket = listening(await openSocket(feed, people[identity]));
    expect(await socket.ask("subscribe-post", postId, { cursor })).toMatchObject({ ok: true });
    return [socket, listening(await openEvents(feed, people[identity], `/api/sse/comments/${postId}`, cursor))];
  };
  const textOf = (listener: Listener) => JSON.stringify(listener.received);

  test("a draft says nothing until it is published", async () => {
    const postId = await write({ status: "draft" });
    const listeners = await follow("author", postId);
    await change(postId, { content: "secret of the draft" });
    await change(postId, { content: "published now", status: "published" });
    await eventually(() => {
      for (const listener of listeners) expect(textOf(listener)).toContain("published now");
    });
    for (const listener of listeners) {
      expect(listener.of("post_updated")).toHaveLength(1);
      expect(textOf(listener)).not.toContain("secret");
    }
  });

  test("a visibility that is narrowed and widened again excludes strangers as long as it is narrow", async () => {
    const postId = await write();
    const [followers, strangers] = await Promise.all([follow("follower", postId), follow("stranger", postId)]);
    const cursor = String((await people.stranger.get(`/api/v1/streams/post:${postId}/entries`)).body.cursor);
    await change(postId, { content: "secret for followers", visibility: "followers" });
    await comment(postId, "written for followers");
    await eventually(() => {
      for (const listener of followers) expect(textOf(listener)).toContain("written for followers");
      for (const listener of strangers) expect(listener.of("retract")).toMatchObject([{ data: { items: [{ type: "post", id: postId }] } }]);
    });
    expect(await read("socket", "stranger", postId, cursor, /./)).toEqual({ code: "not_found", text: "" });
    await change(postId, { content: "public now", visibility: "public" });
    await eventually(() => {
      for (const listener of followers) expect(textOf(listener)).toContain("public now");
    });
    const again = await follow("stranger", postId, cursor);
    await eventually(() => {
      for (const listener of again) expect(textOf(listener)).toContain("public now");
    });
    // A comment is seen by those who see its post.
    for (const listener of again) expect(textOf(listener)).toContain("written for followers");
    for (const listener of [...strangers, ...again]) expect(textOf(listener)).not.toContain("secret");
    for (const listener of strangers) expect(textOf(listener)).not.toContain("written for followers");
  });
});
