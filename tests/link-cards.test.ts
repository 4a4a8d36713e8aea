import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closedAfterEach, openEvents } from "./support/clients.ts";
import { createPost } from "./support/comments.ts";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { heldPage, openWebSite, type WebSite } from "./support/web-site.ts";

const previews = { LINK_PREVIEWS: "true" };
let site: WebSite;
let feed: TestFeed;
const listening = closedAfterEach();
beforeAll(async () => {
  site = await openWebSite();
  feed = await startTestFeed({ ...previews, ALLOW_PRIVATE_ADDRESSES: "true" });
});
afterAll(async () => {
  await feed.close();
  site.close();
});

const head = `<title>Ships</title><meta property="og:description" content="All <b>ships</b>"><meta property="og:site_name" content="The harbour">`;
/** A page of the site, whose URL no other test uses. */
function page(name: string, html: string | null | Promise<string> = head): string {
  site.pages.set(`/${name}`, html);
  return `${site.url}/${name}`;
}
const cardOf = (url: string) => ({ url, title: "Ships", description: "All <b>ships</b>", siteName: "The harbour" });
const seenBy = async (person: Pick<Person, "get">, id: string) => (await person.get(`/api/v1/posts/${id}`)).body;
const callsOf = (url: string) => site.calls.filter(({ path }) => `${site.url}${path}` === url);

test("a post gets the card of its first link, live, and every way out has it", async () => {
  const [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
  await bob.post(`/api/v1/users/${alice.id}/follow`);
  const held = heldPage(head);
  const url = page("ships", held.page);
  const draft = await createPost(alice, { content: `see ${url}#list and ${page("other")}`, status: "draft" });
  expect(await seenBy(alice, draft)).toMatchObject({ linkCard: null });
  const { body: published } = await alice.patch(`/api/v1/posts/${draft}`, { status: "published" });
  const reader = listening(await openEvents(feed, bob, `/api/sse/comments/${draft}`));
  held.release();

  const card = cardOf(url);
  await eventually(async () => expect(await seenBy(bob, draft)).toMatchObject({ linkCard: card, revision: published.revision + 1 }));
  const post = await seenBy(bob, draft);
  expect(post.updatedAt, "it is no change by its author").toBe(published.updatedAt);
  await eventually(() => expect(reader.of("post_updated").at(-1)?.data).toMatchObject({ postId: draft, post: { linkCard: card, revision: post.revision } }));

  for (const path of [`/api/v1/users/${alice.id}/posts`, "/api/v1/posts", "/api/v1/feed"])
    expect((await bob.get(`${path}?limit=1`)).body.data, path).toMatchObject([{ id: draft, linkCard: card }]);
  await eventually(async () => expect((await bob.get(`/query/post/${draft}`)).body.post).toMatchObject({ linkCard: card }));
  const { data } = (await bob.graphql(`{ getPost(id: "${draft}") { post { linkCard { url title description siteName } } } }`)).body;
  expect(data.getPost.post).toEqual({ linkCard: card });
  expect((await alice.get("/api/v1/users/me/export")).body.posts).toContainEqual(expect.objectContaining({ id: draft, linkCard: card }));

  const again = await bob.post("/api/v1/posts", { content: url, postType: "TEXT" });
  expect(again.body, "the page is read once for all posts").toMatchObject({ linkCard: card });
  expect(callsOf(url).length).toBe(1);
  expect(site.calls.map(({ path }) => path)).not.toContain("/other");
  const [call] = callsOf(url);
  expect(call?.headers["user-agent"]).toMatch(/^NewFeed\/[\d.]+ \(\+http/);
  expect(Object.keys(call?.headers ?? {}).toSorted()).toEqual(["accept", "accept-encoding", "connection", "host", "user-agent"]);
});

test("a card follows the link when the post is changed, and goes with it", async () => {
  const alice = await feed.person("alice");
  const [first, second] = [page("first"), page("second", "<title>Second</title>")];
  // Before anybody reads it.
  const asked = (url: string) => eventually(() => expect(callsOf(url).length).toBe(1));
  const id = await createPost(alice, { content: first });
  await asked(first);
  await eventually(async () => expect(await seenBy(alice, id)).toMatchObject({ linkCard: cardOf(first) }));
  await alice.patch(`/api/v1/posts/${id}`, { content: second });
  await asked(second);
  await eventually(async () => expect(await seenBy(alice, id)).toMatchObject({ linkCard: { url: second, title: "Second", description: "", siteName: "" } }));
  const { body } = await alice.patch(`/api/v1/posts/${id}`, { content: "No link" });
  expect(body).toMatchObject({ linkCard: null });
  const video = await createPost(alice, { content: "a film", postType: "VIDEO", mediaUrls: [first] });
  expect(await seenBy(alice, video)).toMatchObject({ linkCard: cardOf(first) });
});

test("a page that cannot be read has no card, and is not asked for again for now", async () => {
  const [alice, bob] = await Promise.all([feed.person("alice"), feed.person("bob")]);
  const url = page("broken", null);
  const id = await createPost(alice, { content: url });
  await eventually(() => expect(callsOf(url).length).toBe(1));
  page("broken");
  await createPost(bob, { content: url });
  const later = await createPost(bob, { content: page("after") });
  await eventually(async () => expect(await seenBy(bob, later)).toMatchObject({ linkCard: { title: "Ships" } }));
  expect(await seenBy(bob, id)).toMatchObject({ linkCard: null });
  expect(callsOf(url).length).toBe(1);
});

test.each([
  ["a private address is not called", previews],
  ["without previews nothing is called", { LINK_PREVIEWS: "false", ALLOW_PRIVATE_ADDRESSES: "true" }],
])("%s", async (_what, environment) => {
  const other = await startTestFeed(environment);
  const alice = await other.person("alice");
  const url = page(`closed-${Object.keys(environment).length}`);
  const id = await createPost(alice, { content: url });
  const database = await other.platform.openDatabase("post-service");
  if (environment === previews)
    await eventually(async () =>
      expect(await database.query("SELECT 1 FROM link_card WHERE url = $1 AND read_at IS NOT NULL AND title IS NULL", [url])).toHaveLength(1),
    );
  expect(await seenBy(alice, id)).toMatchObject({ linkCard: null });
  expect(callsOf(url)).toEqual([]);
  await other.close();
  expect(callsOf(url)).toEqual([]);
});
