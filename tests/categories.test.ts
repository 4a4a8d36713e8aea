import { bounds } from "@newfeed/shared/contracts/limits.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { administratorOf } from "./support/administrator.ts";
import { createPost } from "./support/comments.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";

let feed: TestFeed;
let administrator: Person;
beforeAll(async () => {
  feed = await startTestFeed();
  administrator = await administratorOf(feed);
});
afterAll(() => feed.close());

const all = "/api/v1/categories";
beforeEach(async () => {
  const { query } = await feed.platform.openDatabase("post-service");
  await query("DELETE FROM category");
  for (const [slug, name] of [
    ["music", "Music"],
    ["food", "Food"],
  ])
    expect(await administrator.post(all, { slug, name })).toMatchObject({ status: 201 });
});

const refused = { status: 400, body: { code: "validation_failed", errors: [{ field: "category", message: "must be one of the categories" }] } };
const listed = async (path: string, as: Pick<Person, "get"> = administrator): Promise<string[]> => {
  const { status, body } = await as.get(path);
  expect([status, path]).toEqual([200, path]);
  return body.data.map(({ id }: { id: string }) => id);
};

test("administrators make, rename, move and remove categories, which all can read", async () => {
  const user = await feed.person();
  for (const answer of [
    await user.post(all, { slug: "mine", name: "Mine" }),
    await user.patch(`${all}/music`, { name: "Mine" }),
    await user.delete(`${all}/music`),
  ])
    expect(answer).toMatchObject({ status: 403, body: { code: "forbidden" } });
  expect(await feed.call("POST", all, { slug: "mine", name: "Mine" })).toMatchObject({ status: 401 });

  expect(await administrator.patch(`${all}/music`, { name: "Music and sound", position: 5 })).toMatchObject({
    status: 200,
    body: { slug: "music", name: "Music and sound", position: 5 },
  });
  expect((await feed.call("GET", all)).body).toEqual({
    data: [
      { slug: "food", name: "Food", position: 0 },
      { slug: "music", name: "Music and sound", position: 5 },
    ],
  });
  expect(await administrator.post(all, { slug: "music", name: "Again" })).toMatchObject({ status: 409 });
  for (const slug of ["Music", "rock music", "-music", "music--rock", "x".repeat(41), "ümlaut"])
    expect(await administrator.post(all, { slug, name: "A name" }), slug).toMatchObject({ status: 400 });
  for (const path of [`${all}/nothing`]) {
    expect(await administrator.patch(path, { name: "A name" })).toMatchObject({ status: 404 });
    expect(await administrator.delete(path)).toMatchObject({ status: 404 });
  }
  expect(await administrator.delete(`${all}/food`)).toMatchObject({ status: 204 });
  expect((await user.get(all)).body.data).toHaveLength(1);
});

test("there are never more than so many, also when they are made at once", async () => {
  const { query } = await feed.platform.openDatabase("post-service");
  await query("INSERT INTO category (slug, name, position) SELECT 'made-' || n, 'Made', 1 FROM generate_series(1, $1::int) n", [bounds.categories - 4]);
  const answers = await Promise.all([1, 2, 3, 4].map((n) => administrator.post(all, { slug: `late-${n}`, name: "Late" })));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409]);
  expect((await feed.call("GET", all)).body.data).toHaveLength(bounds.categories);
});

test("a post is in one of them, which its author chooses and changes", async () => {
  const [alice, bob] = [await feed.person("alice"), await feed.person("bob")];
  const body = { content: "Hello", postType: "TEXT" };
  expect(await alice.post("/api/v1/posts", { ...body, category: "nothing" })).toMatchObject(refused);
  const created = await alice.post("/api/v1/posts", { ...body, category: "music" });
  expect(created).toMatchObject({ status: 201, body: { category: "music" } });
  const { id, revision } = created.body;
  expect((await bob.get(`/api/v1/posts/${id}`)).body.category).toBe("music");
  expect(await createPost(alice).then((other) => alice.get(`/api/v1/posts/${other}`))).toMatchObject({ body: { category: null } });

  const change = (category: string | null) => alice.patch(`/api/v1/posts/${id}`, { category });
  expect(await change("nothing")).toMatchObject(refused);
  expect((await change("music")).body.revision, "no change").toBe(revision);
  expect((await change("food")).body).toMatchObject({ category: "food", revision: revision + 1 });
  expect(await alice.patch(`/api/v1/posts/${id}`, { content: "Hello again" })).toMatchObject({ body: { category: "food" } });
  expect((await change(null)).body.category).toBe(null);

  const result = await alice.graphql(`mutation { createPost(input: { content: "Hi", postType: "TEXT", category: "music" }) { post { id category } } }`);
  const { post } = result.body.data.createPost;
  expect(post.category).toBe("music");
  const { data } = (
    await alice.graphql(`{ categories { slug name } getPosts(input: { category: "music" }) { posts { id } } getNewsFeed(category: "music") { posts { id } } }`)
  ).body;
  expect(data.categories).toEqual([
    { slug: "food", name: "Food" },
    { slug: "music", name: "Music" },
  ]);
  expect([data.getPosts.posts[0], data.getNewsFeed.posts]).toEqual([{ id: post.id }, [{ id: post.id }]]);
  const removed = await alice.graphql(`mutation { updatePost(id: "${post.id}", input: { category: null }) { post { category } } }`);
  expect(removed.body.data.updatePost.post.category).toBe(null);
});

test("feeds can be of one category, and show of it what they show anyway", async () => {
  const [alice, bob, carol] = [await feed.person("alice"), await feed.person("bob"), await feed.person("carol")];
  await bob.post(`/api/v1/users/${alice.id}/follow`);
  const write = (more: object) => createPost(alice, { category: "music", ...more });
  const [first, closed, gone, other] = [
    await write({}),
    await write({ visibility: "followers" }),
    await write({}),
    await createPost(alice, { category: "food" }),
  ];
  const draft = await write({ status: "draft" });
  const second = await write({});
  await alice.delete(`/api/v1/posts/${gone}`);

  const [everywhere, home] = ["/api/v1/posts?category=music", "/api/v1/feed?category=music"];
  expect(await listed(everywhere, carol)).toEqual([second, first]);
  expect((await feed.call("GET", everywhere)).body.data.map(({ id }: { id: string }) => id)).toEqual([second, first]);
  expect(await listed(`${everywhere}&limit=1`, carol)).toEqual([second]);
  const page = (await carol.get(`${everywhere}&limit=1`)).body.pageInfo;
  expect(await listed(`${everywhere}&limit=1&cursor=${page.endCursor}`, carol)).toEqual([first]);
  expect(await listed(`${everywhere}&limit=1&page=2`, carol)).toEqual([first]);
  await eventually(async () => expect(await listed(home, bob)).toEqual([second, closed, first]));
  expect(await listed(home, carol)).toEqual([]);
  expect(await listed("/api/v1/posts?category=food", carol)).toEqual([other]);

  for (const path of ["/api/v1/posts?category=nothing", "/api/v1/feed?category=nothing"]) expect(await bob.get(path)).toMatchObject(refused);
  expect(await bob.get(`${home}&page=2`)).toMatchObject({ status: 400, body: { errors: [{ field: "page" }] } });

  // What is published, moved or hidden follows at once.
  await alice.patch(`/api/v1/posts/${draft}`, { status: "published" });
  await alice.patch(`/api/v1/posts/${first}`, { category: "food" });
  expect(await listed(everywhere, carol)).toEqual([draft, second]);
  await alice.post(`/api/v1/users/${carol.id}/block`);
  await eventually(async () => expect(await listed(everywhere, carol)).toEqual([]));
  expect(await listed(everywhere, bob)).toEqual([draft, second]);
});

test("a page of a home feed looks through a hundred posts, and says where to go on", async () => {
  const alice = await feed.person("alice");
  const { query } = await feed.platform.openDatabase("post-service");
  const oldest = await createPost(alice, { category: "music" });
  await query(
    `INSERT INTO post (id, author_id, content, post_type, visibility, status, attachments, links, tags, published_at, created_at, updated_at)
     SELECT uuidv7(), $1, 'post', 'TEXT', 'public', 'published', '[]', '{}', '{}', at, at, at FROM (SELECT now() + n * interval '1 millisecond' AS at FROM generate_series(1, 150) n) o`,
    [alice.id],
  );
  const { data, pageInfo } = (await alice.get("/api/v1/feed?category=music&limit=20")).body;
  expect([data, pageInfo.hasNextPage]).toEqual([[], true]);
  const next = (await alice.get(`/api/v1/feed?category=music&limit=20&cursor=${pageInfo.endCursor}`)).body;
  expect([next.data.map(({ id }: { id: string }) => id), next.pageInfo.hasNextPage]).toEqual([[oldest], false]);
});

test("the posts of a category that is removed are in none, and have it back with its slug", async () => {
  const alice = await feed.person("alice");
  const id = await createPost(alice, { category: "music" });
  const category = async () => (await alice.get(`/api/v1/posts/${id}`)).body.category;
  await administrator.delete(`${all}/music`);
  expect(await category()).toBe(null);
  expect(await alice.get("/api/v1/posts?category=music")).toMatchObject(refused);
  // A change of its text leaves that as it is.
  expect(await alice.patch(`/api/v1/posts/${id}`, { content: "Hello again" })).toMatchObject({ status: 200, body: { category: null } });
  await administrator.post(all, { slug: "music", name: "Music again" });
  expect(await category()).toBe("music");
  expect(await listed("/api/v1/posts?category=music", alice)).toContain(id);
});
