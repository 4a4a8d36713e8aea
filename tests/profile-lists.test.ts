import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSocket } from "./support/clients.ts";
import { createComment, createPost } from "./support/comments.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { upload } from "./support/uploads.ts";

let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());

const people = async (...names: string[]) => Promise.all(names.map((name) => feed.person(name)));
const nowhere = "01a1fd56-0000-7000-8000-000000000000";
type Reader = Pick<Person, "get">;
const visitor: Reader = { get: (path) => feed.call("GET", path) };
const idsAt = async (reader: Reader, path: string): Promise<string[]> => {
  const { status, body } = await reader.get(path);
  expect(status, `${path}: ${JSON.stringify(body)}`).toBe(200);
  return body.data.map(({ id }: { id: string }) => id);
};
const makeLikesPublic = (person: Person, publicLikes = true) => person.patch("/api/v1/users/me/preferences", { publicLikes });

describe("a user's posts with media", () => {
  test("are those that are published with uploads, newest first, in pages", async () => {
    const [ann, ben] = (await people("ann", "ben")) as [Person, Person];
    const made: string[] = [];
    for (let n = 0; n < 3; n++) {
      made.unshift(await createPost(ann, { mediaIds: [(await upload(ann)).id], postType: "IMAGE" }));
      await createPost(ann);
    }
    await createPost(ann, { mediaIds: [(await upload(ann)).id], postType: "IMAGE", status: "draft" });
    const closed = await createPost(ann, { mediaIds: [(await upload(ann)).id], postType: "IMAGE", visibility: "followers" });
    const path = `/api/v1/users/${ann.id}/posts?media=true`;
    expect(await idsAt(ben, path)).toEqual(made);
    expect(await idsAt(visitor, path)).toEqual(made);
    expect(await idsAt(ann, path), "without drafts").toEqual([closed, ...made]);
    const { data, pageInfo } = (await ben.get(`${path}&limit=2`)).body;
    expect([data.map(({ id }: { id: string }) => id), pageInfo.hasNextPage]).toEqual([made.slice(0, 2), true]);
    expect(await idsAt(ben, `${path}&limit=2&cursor=${pageInfo.endCursor}`)).toEqual(made.slice(2));
    expect(await idsAt(ben, `${path}&since=${pageInfo.endCursor}`)).toEqual(made.slice(0, 1));
    await ben.post(`/api/v1/users/${ann.id}/follow`);
    await eventually(async () => expect(await idsAt(ben, path)).toEqual([closed, ...made]));
    expect(await ben.get(`/api/v1/users/${ann.id}/posts?media=false`)).toMatchObject({ status: 400, body: { errors: [{ field: "media" }] } });
    const { data: found } = (await ben.graphql(`{ userPosts(userId: "${ann.id}", media: true, limit: 1) { success posts { id } pageInfo { hasNextPage } } }`))
      .body;
    expect(found.userPosts).toEqual({ success: true, posts: [{ id: closed }], pageInfo: { hasNextPage: true } });
  });
});

describe("a user's comments", () => {
  test("come with their posts, newest first, replies too, in pages", async () => {
    const [ann, ben] = (await people("ann", "ben")) as [Person, Person];
    const post = await createPost(ann, { content: "What do you think?", title: "A question" });
    const first = await createComment(ben, post, "I think so");
    const answer = await createComment(ann, post, "Why?", { parentCommentId: first.id });
    const reply = await createComment(ben, post, "Because", { parentCommentId: answer.id });
    const other = await createComment(ben, await createPost(ben), "And here");
    const path = `/api/v1/users/${ben.id}/comments`;
    const { data } = (await visitor.get(path)).body;
    expect(data.map(({ id }: { id: string }) => id)).toEqual([other.id, reply.id, first.id]);
    const card = {
      id: post,
      author: { id: ann.id, username: ann.username },
      title: "A question",
      content: "What do you think?",
      contentWarning: null,
      media: [],
    };
    expect(data[1]).toMatchObject({ content: "Because", parentCommentId: answer.id, author: { id: ben.id }, likedByMe: false, post: card });

    const { pageInfo } = (await ann.get(`${path}?limit=1`)).body;
    expect(pageInfo.hasNextPage).toBe(true);
    expect(await idsAt(ann, `${path}?limit=2&cursor=${pageInfo.endCursor}`)).toEqual([reply.id, first.id]);
    expect(await idsAt(ann, `${path}?cursor=${first.createdAt}~${first.id}`)).toEqual([]);
    expect(await idsAt(ann, `${path}?since=${first.createdAt}~${first.id}`)).toEqual([reply.id, other.id]);
    expect(await ann.get(`${path}?page=2`)).toMatchObject({ status: 400, body: { errors: [{ field: "page" }] } });
    await ann.post(`/api/v1/comments/${reply.id}/like`);
    const document = `{ userComments(userId: "${ben.id}", limit: 2) { success comments { id likedByMe post { content author { username } } } pageInfo { hasNextPage } } }`;
    expect((await ann.graphql(document)).body.data.userComments).toMatchObject({
      success: true,
      comments: [{ id: other.id }, { id: reply.id, likedByMe: true, post: { content: "What do you think?", author: { username: ann.username } } }],
      pageInfo: { hasNextPage: true },
    });
    await ben.delete(`/api/v1/comments/${first.id}`);
    await ben.delete(`/api/v1/comments/${reply.id}`);
    expect(await idsAt(ann, path), "tombstones are nobody's").toEqual([other.id]);
    expect(await visitor.get(`/api/v1/users/${nowhere}/comments`)).toMatchObject({ status: 404 });
  });

  test("are looked for behind very many that do not show, a bounded number at a time", async () => {
    const [ann, ben, cem] = (await people("ann", "ben", "cem")) as [Person, Person, Person];
    const [open, closed] = [await createPost(ann), await createPost(ann, { visibility: "followers" })];
    await ben.post(`/api/v1/users/${ann.id}/follow`);
    const shown = await createComment(ben, open, "For all");
    await eventually(() => createComment(ben, closed, "For few"));
    const { query } = await feed.platform.openDatabase("comment-service");
    const times = async (count: number) =>
      query(
        `INSERT INTO comment (id, post_id, post_author_id, author_id, content, visibility, created_at, updated_at)
         SELECT uuidv7(), $1, $2, $3, 'For few', 'followers', clock_timestamp(), clock_timestamp() FROM generate_series(1, ${count})`,
        [closed, ann.id, ben.id],
      );
    const path = `/api/v1/users/${ben.id}/comments`;
    await times(150);
    expect(await idsAt(cem, path)).toEqual([shown.id]);
    await times(500);
    const { data, pageInfo } = (await cem.get(path)).body;
    expect([data, pageInfo.hasNextPage]).toEqual([[], true]);
    expect(await idsAt(cem, `${path}?cursor=${pageInfo.endCursor}`)).toEqual([]);
    const next = (await cem.get(`${path}?cursor=${pageInfo.endCursor}`)).body.pageInfo;
    expect(await idsAt(cem, `${path}?cursor=${next.endCursor}`)).toEqual([shown.id]);
    expect((await idsAt(ben, path)).length).toBe(20);
  });
});

describe("what a user likes", () => {
  test("is theirs alone until they make it public, and then a list by the last like, in pages", async () => {
    const [ann, ben, cem] = (await people("ann", "ben", "cem")) as [Person, Person, Person];
    const posts = [await createPost(ann), await createPost(cem), await createPost(ann)] as [string, string, string];
    for (const id of posts) await ben.post(`/api/v1/posts/${id}/like`);
    const path = `/api/v1/users/${ben.id}/likes`;
    const all = posts.toReversed();
    expect(await idsAt(ben, path)).toEqual(all);
    for (const reader of [cem, visitor]) expect(await reader.get(path)).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect((await cem.get(`/api/v1/users/${ben.id}`)).body.publicLikes).toBe(false);
    expect((await makeLikesPublic(ben)).body.publicLikes).toBe(true);
    await eventually(async () => expect(await idsAt(cem, path)).toEqual(all));
    expect(await idsAt(visitor, path)).toEqual(all);
    expect((await cem.get(`/api/v1/users/by-username/${ben.username}`)).body.publicLikes).toBe(true);
    const { data, pageInfo } = (await cem.get(`${path}?limit=2`)).body;
    expect(data[0]).toMatchObject({ likedByMe: false });
    expect(await idsAt(cem, `${path}?limit=2&cursor=${pageInfo.endCursor}`)).toEqual(all.slice(2));
    await ben.delete(`/api/v1/posts/${posts[2]}/like`);
    await ben.post(`/api/v1/posts/${posts[0]}/like`);
    expect(await idsAt(cem, path)).toEqual(all.slice(1));
    const document = `{ userLikes(userId: "${ben.id}") { success code posts { id } } }`;
    expect((await cem.graphql(document)).body.data.userLikes).toEqual({ success: true, code: null, posts: all.slice(1).map((id) => ({ id })) });
    await ben.graphql(`mutation { updatePreferences(input: { publicLikes: false }) { success preferences { publicLikes } } }`);
    await eventually(async () => expect((await cem.graphql(document)).body.data.userLikes).toEqual({ success: false, code: "forbidden", posts: [] }));
    expect(await visitor.get(`/api/v1/users/${nowhere}/likes`)).toMatchObject({ status: 404 });
  });
});

describe("a pinned post", () => {
  const pinnedOf = async (reader: Reader, { id }: Person) => {
    const { status, body } = await reader.get(`/api/v1/users/${id}/pinned`);
    return status === 200 ? (body.post?.id ?? null) : body.code;
  };

  test("is one of its author's, until they unpin it or pin another", async () => {
    const [ann, ben] = (await people("ann", "ben")) as [Person, Person];
    const [first, second, draft] = [await createPost(ann), await createPost(ann), await createPost(ann, { status: "draft" })];
    expect(await pinnedOf(ben, ann)).toBe(null);
    expect((await ann.post(`/api/v1/posts/${first}/pin`)).body).toEqual({ pinned: true });
    expect((await ann.post(`/api/v1/posts/${first}/pin`)).status, "again").toBe(200);
    for (const reader of [ann, ben, visitor]) expect(await pinnedOf(reader, ann)).toBe(first);
    await ben.post(`/api/v1/posts/${first}/like`);
    expect((await ben.get(`/api/v1/users/${ann.id}/pinned`)).body.post).toMatchObject({ id: first, likedByMe: true, author: { username: ann.username } });
    expect((await ann.get("/api/v1/users/me/export")).body.pinnedPosts).toEqual([{ postId: first, pinnedAt: expect.stringMatching(/^\d{4}-/) }]);

    expect(await ben.post(`/api/v1/posts/${first}/pin`)).toMatchObject({ status: 403, body: { code: "not_owner" } });
    expect(await ann.post(`/api/v1/posts/${draft}/pin`)).toMatchObject({ status: 403, body: { code: "forbidden" } });
    for (const [person, id] of [
      [ann, nowhere],
      [ben, draft],
    ] as const)
      expect(await person.post(`/api/v1/posts/${id}/pin`)).toMatchObject({ status: 404 });
    expect(await feed.call("POST", `/api/v1/posts/${first}/pin`)).toMatchObject({ status: 401 });
    expect(await visitor.get(`/api/v1/users/${nowhere}/pinned`)).toMatchObject({ status: 404 });

    await ann.post(`/api/v1/posts/${second}/pin`);
    expect(await pinnedOf(ben, ann)).toBe(second);
    expect((await ann.delete(`/api/v1/posts/${first}/pin`)).body, "of another").toEqual({ pinned: false });
    await ben.delete(`/api/v1/posts/${second}/pin`);
    expect(await pinnedOf(ben, ann)).toBe(second);
    await ann.delete(`/api/v1/posts/${second}/pin`);
    expect(await pinnedOf(ben, ann)).toBe(null);
    const done = await ann.graphql(`mutation { pinPost(id: "${first}") { success post { id } } }`);
    expect(done.body.data.pinPost).toEqual({ success: true, post: { id: first } });
    expect((await ben.graphql(`{ pinnedPost(userId: "${ann.id}") { success post { id } } }`)).body.data.pinnedPost).toEqual({
      success: true,
      post: { id: first },
    });
    expect((await ann.graphql(`mutation { unpinPost(id: "${first}") { success } }`)).body.data.unpinPost).toEqual({ success: true });
    expect((await ben.graphql(`{ pinnedPost(userId: "${ann.id}") { success post { id } } }`)).body.data.pinnedPost).toEqual({ success: true, post: null });
  });

  test("stands first on the page without scripts, once", async () => {
    const [ann] = (await people("ann")) as [Person];
    const [first] = [await createPost(ann, { content: "About me" }), await createPost(ann, { content: "News of today" })];
    const shown = async () =>
      [...String((await feed.call("GET", `/@${ann.username}`)).body).matchAll(/Pinned|Newest posts|No posts|About me|News of today/g)].map(String);
    expect(await shown()).toEqual(["Newest posts", "News of today", "About me"]);
    await ann.post(`/api/v1/posts/${first}/pin`);
    await eventually(async () => expect(await shown()).toEqual(["Pinned", "About me", "Newest posts", "News of today"]));
    await ann.patch(`/api/v1/posts/${first}`, { visibility: "followers" });
    await eventually(async () => expect(await shown()).toEqual(["Newest posts", "News of today"]));
  });

  test("that changes is told to those who follow one of its author's posts", async () => {
    const [ann, ben, cem] = (await people("ann", "ben", "cem")) as [Person, Person, Person];
    const [first, second, others] = [await createPost(ann), await createPost(ann), await createPost(cem)];
    const [bens, cems] = [await openSocket(feed, ben), await openSocket(feed, cem)];
    try {
      for (const id of [first, second]) await bens.ask("subscribe-post", id);
      await cems.ask("subscribe-post", others);
      await ann.post(`/api/v1/posts/${second}/pin`);
      const changes = () => bens.of("pinned_changed").map(({ data }) => data);
      await eventually(() => expect(changes()).toEqual([{ postId: first, userId: ann.id }]));
      await ann.post(`/api/v1/posts/${second}/pin`);
      await ann.delete(`/api/v1/posts/${first}/pin`);
      await ann.delete(`/api/v1/posts/${second}/pin`);
      await eventually(() => expect(changes()).toHaveLength(2));
      await ann.post(`/api/v1/posts/${first}/pin`);
      await eventually(() => expect(changes(), "none for what changed nothing").toHaveLength(3));
      expect(cems.of("pinned_changed")).toEqual([]);
    } finally {
      for (const socket of [bens, cems]) socket.close();
    }
  });

  test("is for those who see the post, and goes with it, and with its author", async () => {
    const [ann, ben, fan] = (await people("ann", "ben", "fan")) as [Person, Person, Person];
    const pinNew = async () => {
      const id = await createPost(ann);
      await ann.post(`/api/v1/posts/${id}/pin`);
      return id;
    };
    const id = await pinNew();
    await fan.post(`/api/v1/users/${ann.id}/follow`);
    await ann.patch(`/api/v1/posts/${id}`, { visibility: "followers" });
    for (const reader of [ben, visitor]) expect(await pinnedOf(reader, ann), "at once").toBe(null);
    await eventually(async () => expect(await pinnedOf(fan, ann)).toBe(id));
    await ann.patch(`/api/v1/posts/${id}`, { visibility: "public" });
    expect(await pinnedOf(ben, ann)).toBe(id);
    await ann.post(`/api/v1/users/${ben.id}/block`);
    await eventually(async () => expect(await pinnedOf(ben, ann)).toBe(null));
    await ann.delete(`/api/v1/users/${ben.id}/block`);
    await eventually(async () => expect(await pinnedOf(ben, ann)).toBe(id));
    await ann.patch("/api/v1/users/me/preferences", { privateAccount: true });
    for (const reader of [ben, visitor]) await eventually(async () => expect(await pinnedOf(reader, ann)).toBe(null));
    for (const reader of [fan, ann]) expect(await pinnedOf(reader, ann)).toBe(id);

    const { query } = await feed.platform.openDatabase("post-service");
    const stored = () => query("SELECT FROM pinned_post WHERE user_id = $1", [ann.id]);
    await ann.delete(`/api/v1/posts/${id}`);
    expect([await pinnedOf(fan, ann), await stored()]).toEqual([null, []]);
    await pinNew();
    await ann.delete("/api/auth/me", { password: ann.password });
    await eventually(async () => expect([await pinnedOf(fan, ann), await stored()]).toEqual(["not_found", []]));
  });
});

/** Each list of a profile that shows posts of others, by what the user does with a post. */
const ways: {
  way: string;
  list: string;
  act: (person: Person, postId: string) => Promise<unknown>;
  idOf: (item: { id: string; post?: { id: string } }) => string;
}[] = [
  { way: "replies", list: "comments", act: (person, id) => createComment(person, id, "Here"), idOf: ({ post }) => post?.id ?? "" },
  { way: "likes", list: "likes", act: (person, id) => person.post(`/api/v1/posts/${id}/like`), idOf: ({ id }) => id },
  { way: "reposts", list: "reposts", act: (person, id) => person.post(`/api/v1/posts/${id}/repost`), idOf: ({ id }) => id },
];

describe.each(ways)("the $way of a profile", ({ way, list, act, idOf }) => {
  const doing = async (doer: Person, ids: readonly string[]) => {
    await makeLikesPublic(doer);
    for (const id of ids) await act(doer, id);
  };
  const seen = async (reader: Reader, { id }: Person) => {
    const { status, body } = await reader.get(`/api/v1/users/${id}/${list}`);
    return status === 200 ? (body.data.map(idOf) as string[]) : [body.code];
  };

  test("have nothing of a post that their reader may not see, from that moment on and until it is seen again", async () => {
    const [ann, ben, cem, dan] = (await people("ann", "ben", "cem", "dan")) as [Person, Person, Person, Person];
    const [deleted, narrowed, stays, byDan] = [await createPost(ann), await createPost(ann), await createPost(ann), await createPost(dan)];
    const all = [byDan, stays, narrowed, deleted];
    await doing(ben, all.toReversed());
    await eventually(async () => expect(await seen(cem, ben)).toEqual(all));
    await ann.delete(`/api/v1/posts/${deleted}`);
    await ann.patch(`/api/v1/posts/${narrowed}`, { visibility: "followers" });
    expect(await seen(cem, ben), "at once").toEqual([byDan, stays]);
    expect(await seen(visitor, ben)).toEqual([byDan, stays]);
    // Only what is public is a repost.
    await cem.post(`/api/v1/users/${ann.id}/follow`);
    if (way !== "reposts") await eventually(async () => expect(await seen(cem, ben)).toEqual([byDan, stays, narrowed]));
    await dan.post(`/api/v1/users/${cem.id}/block`);
    await eventually(async () => expect(await seen(cem, ben)).not.toContain(byDan));
    expect(await seen(visitor, ben)).toContain(byDan);
    await dan.delete(`/api/v1/users/${cem.id}/block`);
    await eventually(async () => expect(await seen(cem, ben)).toContain(byDan));
    await dan.patch("/api/v1/users/me/preferences", { privateAccount: true });
    await eventually(async () => expect(await seen(cem, ben)).not.toContain(byDan));
    await ann.delete("/api/auth/me", { password: ann.password });
    await eventually(async () => expect(await seen(cem, ben)).toEqual([]));
  });

  test("are for those who see the user's posts", async () => {
    const [ann, ben, cem, fan] = (await people("ann", "ben", "cem", "fan")) as [Person, Person, Person, Person];
    const post = await createPost(ann);
    await fan.post(`/api/v1/users/${ben.id}/follow`);
    await doing(ben, [post]);
    for (const reader of [cem, visitor, fan]) await eventually(async () => expect(await seen(reader, ben)).toEqual([post]));
    await ben.post(`/api/v1/users/${cem.id}/block`);
    await eventually(async () => expect(await seen(cem, ben)).toEqual([]));
    await ben.delete(`/api/v1/users/${cem.id}/block`);
    await eventually(async () => expect(await seen(cem, ben)).toEqual([post]));
    await ben.patch("/api/v1/users/me/preferences", { privateAccount: true });
    for (const reader of [cem, visitor]) await eventually(async () => expect(await seen(reader, ben)).toEqual([]));
    for (const reader of [fan, ben]) expect(await seen(reader, ben)).toEqual([post]);
    await ben.delete("/api/auth/me", { password: ben.password });
    await eventually(async () => expect(await seen(fan, ben)).toEqual(["not_found"]));
  });
});
