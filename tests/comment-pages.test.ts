import type { Comment } from "@newfeed/shared/contracts/dto.ts";
import { type CommentOrder, commentOrders } from "@newfeed/shared/contracts/routes/comments.ts";
import type { RawDatabase } from "@newfeed/shared/ports/database.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createComment, createPost, listComments } from "./support/comments.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
let database: RawDatabase;
beforeAll(async () => {
  feed = await startTestFeed();
  database = await feed.platform.openDatabase("comment-service");
});
afterAll(() => feed.close());

const contents = (comments: readonly { content: string }[]) => comments.map(({ content }) => content);
const like = (person: Person, { id }: Comment) => person.post(`/api/v1/comments/${id}/like`);
type Query = Record<string, string | number | null>;
const queryOf = (query: Query) =>
  new URLSearchParams(Object.entries(query).flatMap(([name, value]): [string, string][] => (value === null ? [] : [[name, `${value}`]])));
const page = async (person: Person, postId: string, query: Query) => (await person.get(`/api/v1/posts/${postId}/comments?${queryOf(query)}`)).body;

/** A post with so many comments, of which the third and the fifth are liked by two and by one; with a comment that has as many replies. */
async function conversation(ann: Person, ben: Person, count = 7) {
  const postId = await createPost(ann);
  const above = await createComment(ann, postId, "answered");
  const written: Comment[] = [];
  const replies: Comment[] = [];
  for (let n = 1; n <= count; n++) {
    written.push(await createComment(ann, postId, `comment ${n}`));
    replies.push(await createComment(ben, postId, `reply ${n}`, { parentCommentId: above.id }));
  }
  for (const list of [written, replies]) {
    await like(ann, list[2] as Comment);
    await like(ben, list[2] as Comment);
    await like(ben, list[4] as Comment);
  }
  return { postId, above, written, replies };
}

describe("comments and replies by likes", () => {
  test("have the most liked first, and among equals the newest", async () => {
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    const { postId, above } = await conversation(ann, ben);
    const expected = (what: string) => [3, 5, 7, 6, 4, 2, 1].map((n) => `${what} ${n}`);
    expect(contents(await listComments(ann, postId, "?order=most_liked"))).toEqual([...expected("comment"), "answered"]);
    expect(contents(await listComments(ben, postId, `?order=most_liked&parentCommentId=${above.id}`))).toEqual(expected("reply"));
    expect(contents(await listComments(ann, postId, "?order=most_liked&page=2&limit=3"))).toEqual(["comment 6", "comment 4", "comment 2"]);
    const { status, body } = await ann.get(`/api/v1/posts/${postId}/comments?order=most_liked&since=x`);
    expect([status, body.errors?.[0].field]).toEqual([400, "since"]);
    const { pageInfo } = await page(ann, postId, { limit: 2 });
    expect((await ann.get(`/api/v1/posts/${postId}/comments?order=most_liked&cursor=${pageInfo.endCursor}`)).status, "a cursor of another order").toBe(400);
  });

  test("are paged so that each whose likes stay comes once, whatever happens to the others", async () => {
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    const { postId, written } = await conversation(ann, ben, 9);
    const seen: string[] = [];
    let turn = 0;
    for (let cursor: string | null = ""; cursor !== null; turn++) {
      const answer: { data: Comment[]; nextCursor: string | null } = await page(ann, postId, { order: "most_liked", limit: 2, cursor: cursor || null });
      seen.push(...contents(answer.data));
      cursor = answer.nextCursor;
      // One that was read loses its place, one that was not gets one above.
      if (turn === 0) await ben.delete(`/api/v1/comments/${written[2]?.id}/like`);
      if (turn === 1) await like(ben, written[0] as Comment);
    }
    const still = (list: readonly string[]) => list.filter((content) => content !== "comment 1" && content !== "comment 3");
    expect(still(seen)).toEqual(["comment 5", ...[9, 8, 7, 6, 4, 2].map((n) => `comment ${n}`), "answered"]);
    expect(seen.filter((content) => content === "comment 3").length).toBeGreaterThan(0);
  });

  test("a tombstone stands where none are liked", async () => {
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    const postId = await createPost(ann);
    const first = await createComment(ann, postId, "first");
    await createComment(ben, postId, "below", { parentCommentId: first.id });
    for (const person of [ann, ben]) await like(person, first);
    await like(ann, await createComment(ben, postId, "second"));
    await ann.delete(`/api/v1/comments/${first.id}`);
    expect(contents(await listComments(ben, postId, "?order=most_liked"))).toEqual(["second", ""]);
  });
});

describe.each(commentOrders)("a list, %s first,", (order: CommentOrder) => {
  test("goes on both ways from around any of its comments, to its ends", async () => {
    const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
    const { postId, above, replies } = await conversation(ann, ben);
    for (const list of [{}, { parentCommentId: above.id }]) {
      const whole: Comment[] = (await page(ann, postId, { order, ...list })).data;
      for (const { id } of whole)
        for (const limit of [1, 2, 3, 20]) {
          const middle = await page(ann, postId, { order, ...list, around: id, limit });
          expect(middle.data.length).toBe(Math.min(limit, whole.length));
          expect(middle.data.map((comment: Comment) => comment.id)).toContain(id);
          let found = contents(middle.data);
          for (let cursor: string | null = middle.previousCursor; cursor; ) {
            const { data, previousCursor } = await page(ann, postId, { order, ...list, cursor, limit });
            found = [...contents(data), ...found];
            cursor = previousCursor;
          }
          for (let cursor: string | null = middle.nextCursor; cursor; ) {
            const { data, nextCursor } = await page(ann, postId, { order, ...list, cursor, limit });
            found = [...found, ...contents(data)];
            cursor = nextCursor;
          }
          expect(found).toEqual(contents(whole));
        }
    }
    const linked = await ann.get(`/api/v1/posts/${postId}/comments?order=${order}&around=${above.id}&limit=1`);
    expect(linked.headers.get("link") ?? "").not.toContain("around");
    expect((await page(ann, postId, { order, limit: 3 })).previousCursor, "the beginning").toBeNull();
    const second = await page(ann, postId, { order, limit: 3, cursor: (await page(ann, postId, { order, limit: 3 })).nextCursor });
    expect(contents((await page(ann, postId, { order, limit: 3, cursor: second.previousCursor })).data)).toEqual(
      contents((await page(ann, postId, { order, limit: 3 })).data),
    );
    for (const query of [
      { around: replies[0]?.id as string },
      { around: above.id, parentCommentId: above.id },
      { around: postId },
      { around: (await createComment(ann, await createPost(ann), "elsewhere")).id },
    ])
      expect((await ann.get(`/api/v1/posts/${postId}/comments?${new URLSearchParams({ order, ...query })}`)).status).toBe(404);
    expect((await ann.get(`/api/v1/posts/${postId}/comments?order=${order}&around=${above.id}&page=1`)).status).toBe(400);
    expect((await ann.get(`/api/v1/posts/${postId}/comments?order=${order}&cursor=-`)).status).toBe(400);
  });
});

test("a comment of a blocked user is in the middle of no page", async () => {
  const [ann, ben, cat] = [await feed.person("ann"), await feed.person("ben"), await feed.person("cat")];
  const postId = await createPost(ann);
  const comment = await createComment(ben, postId, "by ben");
  await cat.post(`/api/v1/users/${ben.id}/block`);
  await eventually(async () => expect((await cat.get(`/api/v1/posts/${postId}/comments?around=${comment.id}`)).status).toBe(404));
  expect((await ann.get(`/api/v1/posts/${postId}/comments?around=${comment.id}`)).status).toBe(200);
  await ann.patch(`/api/v1/posts/${postId}`, { visibility: "followers" });
  expect((await ben.get(`/api/v1/posts/${postId}/comments?around=${comment.id}`)).status).toBe(404);
});

test("by likes or by time, a list goes on both ways behind many that its reader does not see", async () => {
  const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
  const postId = await createPost(ann);
  const [first, last] = [await createComment(ann, postId, "first"), await createComment(ann, postId, "last")];
  for (const person of [ann, ben]) await like(person, last);
  await createComment(ben, postId, "hidden");
  await ann.post(`/api/v1/users/${ben.id}/block`);
  await eventually(async () => expect(await listComments(ann, postId)).toHaveLength(2));
  await database.query(
    `INSERT INTO comment (id, post_id, post_author_id, author_id, content, visibility, like_count, created_at, updated_at)
     SELECT gen_random_uuid(), $1, $2, $3, 'hidden', 'public', 1, c.created_at, c.created_at FROM comment c, generate_series(1, 2500) WHERE c.id = $4`,
    [postId, ann.id, ben.id, last.id],
  );
  await database.query("UPDATE comment SET created_at = created_at + interval '1 second' WHERE id = $1", [last.id]);
  for (const order of ["newest", "most_liked"] as const)
    for (const [from, to, way] of [
      [last, first, "nextCursor"],
      [first, last, "previousCursor"],
    ] as const) {
      const found: string[] = [];
      let pages = 0;
      for (let answer = await page(ann, postId, { order, around: from.id, limit: 5 }); ; pages++) {
        found.push(...answer.data.map(({ id }: Comment) => id));
        if (answer[way] === null) break;
        answer = await page(ann, postId, { order, limit: 5, cursor: answer[way] });
      }
      expect(found, `${order}, ${way}`).toEqual([from.id, to.id]);
      expect(pages).toBeGreaterThan(1);
    }
});

test("GraphQL has the orders, and pages around a comment", async () => {
  const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
  const { postId, above, written } = await conversation(ann, ben);
  const ask = async (more: string) =>
    (await ann.graphql(`{ getComments(postId: "${postId}", ${more}) { success comments { content } nextCursor previousCursor } }`)).body.data.getComments;
  expect(contents((await ask(`order: most_liked, limit: 2, parentCommentId: "${above.id}"`)).comments)).toEqual(["reply 3", "reply 5"]);
  const around = await ask(`order: oldest, limit: 3, around: "${written[3]?.id}"`);
  expect(contents(around.comments)).toEqual(["comment 3", "comment 4", "comment 5"]);
  expect(contents((await ask(`order: oldest, limit: 2, cursor: "${around.previousCursor}"`)).comments)).toEqual(["comment 1", "comment 2"]);
});
