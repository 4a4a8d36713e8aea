import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closedAfterEach, openSocket } from "./support/clients.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { upload } from "./support/uploads.ts";

let feed: TestFeed;
const listening = closedAfterEach();
beforeAll(async () => {
  feed = await startTestFeed();
});
afterAll(() => feed.close());

const write = (author: Person, post: Record<string, unknown>) => author.post("/api/v1/posts", { content: "look", postType: "IMAGE", ...post });

test("alt texts are given with a post, changed with it, and are in each answer about it", async () => {
  const [ann, ben] = await Promise.all([feed.person("ann"), feed.person("ben")]);
  const [one, two] = [await upload(ann), await upload(ann)];
  const { status, body: post } = await write(ann, { mediaIds: [one.id, two.id], altTexts: [{ mediaId: one.id, alt: "  A red half  " }] });
  expect({ status, alts: post.media.map(({ alt }: { alt: string }) => alt) }).toEqual({ status: 201, alts: ["A red half", null] });
  const socket = listening(await openSocket(feed, ben));
  await socket.ask("subscribe-post", post.id);

  const altTexts = [
    { mediaId: one.id, alt: "" },
    { mediaId: two.id, alt: "A blue half" },
  ];
  const changed = await ann.patch(`/api/v1/posts/${post.id}`, { altTexts });
  const alts = [null, "A blue half"];
  const mediaWith = (given: readonly (string | null)[]) => given.map((alt) => expect.objectContaining({ alt }));
  expect(changed.body).toMatchObject({ revision: post.revision + 1, media: mediaWith(alts) });
  expect((await ann.patch(`/api/v1/posts/${post.id}`, { altTexts })).body.revision).toBe(post.revision + 1);
  await eventually(() => expect(socket.of("post_updated")[0]?.data.post.media).toEqual(mediaWith(alts)));
  const { body } = await ben.graphql(`{ getPost(id: "${post.id}") { post { media { id alt } } } }`);
  expect(body.data.getPost.post.media).toEqual([
    { id: one.id, alt: null },
    { id: two.id, alt: "A blue half" },
  ]);
  expect((await ann.get("/api/v1/users/me/export")).body.posts[0].media).toEqual(mediaWith(alts));
  // The files are where they were.
  expect(changed.body.media.map(({ url }: { url: string }) => url)).toEqual(post.media.map(({ url }: { url: string }) => url));
});

test("an alt text is for media of the post, once, and of at most 1,000 characters", async () => {
  const ann = await feed.person("ann");
  const [mine, other] = [await upload(ann), await upload(ann)];
  const refused = { status: 400, body: { code: "validation_failed" } };
  const alt = { mediaId: mine.id, alt: "words" };
  for (const altTexts of [[{ mediaId: other.id, alt: "words" }], [alt, alt], [{ ...alt, alt: "x".repeat(1_001) }]])
    expect(await write(ann, { mediaIds: [mine.id], altTexts })).toMatchObject(refused);
  const { body: post } = await write(ann, { mediaIds: [mine.id] });
  expect(await ann.patch(`/api/v1/posts/${post.id}`, { altTexts: [{ mediaId: other.id, alt: "words" }] })).toMatchObject({
    ...refused,
    body: { errors: [{ field: "altTexts" }] },
  });
});

test("a post says that its media are sensitive and what readers are warned of, until its author says otherwise", async () => {
  const [ann, ben] = await Promise.all([feed.person("ann"), feed.person("ben")]);
  const { body: plain } = await write(ann, { postType: "TEXT" });
  expect(plain).toMatchObject({ sensitive: false, contentWarning: null });
  const mutation = "mutation ($input: CreatePostInput!) { createPost(input: $input) { success post { id sensitive contentWarning } } }";
  const input = { content: "It was the butler", postType: "IMAGE", mediaIds: [(await upload(ann)).id], sensitive: true, contentWarning: " Spoilers " };
  const { post } = (await ann.graphql(mutation, { input })).body.data.createPost;
  expect(post).toMatchObject({ sensitive: true, contentWarning: "Spoilers" });
  for (const path of [`/api/v1/posts/${post.id}`, `/query/post/${post.id}`]) {
    const { body } = await ben.get(path);
    expect(body.post ?? body).toMatchObject({ sensitive: true, contentWarning: "Spoilers" });
  }
  const page = async () => (await feed.call("GET", `/posts/${post.id}`, undefined, { accept: "text/html" })).body as string;
  const head = (await page()).split("</head>")[0];
  expect(head).toContain("Content warning: Spoilers");
  expect(head).not.toMatch(/butler|og:image/);

  const socket = listening(await openSocket(feed, ben));
  await socket.ask("subscribe-post", post.id);
  const update = "mutation ($id: ID!, $input: UpdatePostInput!) { updatePost(id: $id, input: $input) { success post { sensitive contentWarning } } }";
  const { body } = await ann.graphql(update, { id: post.id, input: { contentWarning: null, sensitive: false } });
  expect(body.data.updatePost.post).toEqual({ sensitive: false, contentWarning: null });
  await eventually(() => expect(socket.of("post_updated")[0]?.data.post).toMatchObject({ sensitive: false, contentWarning: null }));
  await eventually(async () => expect(await page()).toMatch(/og:image.*butler|butler.*og:image/s));
});

test("a notification about a post with a content warning shows that, and none of its text", async () => {
  const [ann, ben] = await Promise.all([feed.person("ann"), feed.person("ben")]);
  const { body: post } = await write(ann, { postType: "TEXT", title: "Who", content: "It was the butler", contentWarning: "Spoilers" });
  await ben.post(`/api/v1/posts/${post.id}/like`);
  const shown = async () => (await ann.get("/api/v1/notifications")).body.data.find(({ type }: { type: string }) => type === "post_liked")?.data.post;
  await eventually(async () => expect(await shown()).toEqual({ id: post.id, title: null, content: "", contentWarning: "Spoilers" }));
  await ann.patch(`/api/v1/posts/${post.id}`, { contentWarning: null });
  await eventually(async () => expect(await shown()).toEqual({ id: post.id, title: "Who", content: "It was the butler", contentWarning: null }));
  await ann.patch(`/api/v1/posts/${post.id}`, { contentWarning: "Spoilers" });
  await eventually(async () => expect(await shown()).toMatchObject({ title: null, content: "", contentWarning: "Spoilers" }));
});
