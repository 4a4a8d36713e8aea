import { asPostId, type PostId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import { limits } from "@newfeed/shared/contracts/limits.ts";
import { createEmbeddedLimiter } from "@newfeed/shared/embedded/limiter.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { v7 as uuidv7 } from "uuid";
import { afterAll, expect, test } from "vitest";
import { deletePost, updatePost } from "../posts/posts.ts";
import { openWorld } from "../testing.ts";
import { startLinkCards } from "./cards.ts";
import { startCardFetcher } from "./fetcher.ts";
import { asksForCard } from "./link-card.ts";
import type { PageSummary } from "./page.ts";
import { createCardStore } from "./store.ts";

const { database, store: posts, applyPending, person, write, close } = await openWorld("link-cards");
afterAll(close);
const cardStore = createCardStore(database);
/** Of authors who may have as many pages read as they like. */
const store = {
  ...cardStore,
  request: (ids: readonly PostId[], mayRead: (authorId: UserId) => Promise<boolean> = async () => true) => cardStore.request(ids, mayRead),
};
const limiter = createEmbeddedLimiter(1);
const author = await person();

const summary: PageSummary = { title: "Title", description: "About", siteName: "Site" };
const age = (url: string, column: "read_at" | "used_at", interval: string) =>
  database.query(`UPDATE link_card SET ${column} = now() - $2::interval WHERE url = $1`, [url, interval]);
const linkTo = async (url: string): Promise<PostId> => (await write(author, { content: `see ${url}` })).id;
const shown = async (id: PostId) => {
  const post = await posts.find(null, id);
  if (!post) throw new Error("it is gone");
  return { card: post.card?.title ?? null, asks: asksForCard(post) };
};
/** Posts that were told of as changed since the last call. */
const renewed = async () => (await applyPending()).flatMap(({ type, data }) => (type === "post.updated" ? [data.post] : []));

test("a card is read once for all posts that ask, and again a day later; without one, an hour later", async () => {
  const [url, none] = ["https://example.com/", "https://example.com/none"];
  const [first, second, silent] = [await linkTo(url), await linkTo(url), await linkTo(none)];
  expect(await store.request([])).toBe(false);
  expect([await store.request([first, second]), await store.request([second])]).toEqual([true, true]);
  expect([await store.take(), await store.take()]).toEqual([url, undefined]);
  await store.save(url, summary);
  expect(await store.request([first])).toBe(false);
  await age(url, "read_at", "23 hours");
  expect(await store.request([first])).toBe(false);
  await age(url, "read_at", "25 hours");
  expect(await store.request([first])).toBe(true);
  await store.save(url, null);
  expect(await shown(second), "it keeps what it had").toEqual({ card: "Title", asks: false });
  await store.request([silent]);
  expect(await store.take()).toBe(none);
  await store.save(none, null);
  expect(await store.request([silent])).toBe(false);
  await age(none, "read_at", "2 hours");
  expect(await store.request([silent])).toBe(true);
  await store.save(none, null);
});

test("a card that comes or changes makes its posts others, the newest hundred, and no others", async () => {
  const url = "https://example.com/news";
  const draft = (await write(author, { content: url, status: "draft" })).id;
  const ids: PostId[] = [];
  for (let n = 0; n < 102; n++) ids.push(await linkTo(url));
  await linkTo("https://example.com/other");
  const [last = draft] = ids.slice(-1);
  await deletePost(posts, author, last);
  await renewed();
  await store.request(ids);
  const before = await posts.find(author, ids[50] ?? draft);
  await store.save(url, summary);
  const told = await renewed();
  expect(told.map(({ id }) => id).toSorted()).toEqual(ids.slice(1, 101).toSorted());
  const one = told.find(({ id }) => id === before?.id);
  expect(one).toMatchObject({ linkCard: { url, ...summary }, revision: Number(before?.revision) + 1, updatedAt: before?.updatedAt.toISOString() });
  expect((await posts.find(author, draft))?.revision).toBe(1);
  await store.save(url, summary);
  expect(await renewed()).toEqual([]);
  await store.save(url, null);
  expect(await renewed()).toEqual([]);
  await store.save(url, { ...summary, title: "Another" });
  expect((await renewed()).length).toBe(100);
});

test("a post asks for the card of the link that it has, once it is published, as long as it is read", async () => {
  const [url, other] = ["https://example.com/a", "https://example.com/b"];
  const { id } = await write(author, { content: url, status: "draft" });
  expect(await store.request([id])).toBe(false);
  expect(await posts.find(author, id)).toSatisfy((post) => !asksForCard(post));
  await updatePost(posts, author, id, { status: "published" });
  expect(await shown(id)).toEqual({ card: null, asks: true });
  await store.request([id]);
  expect(await shown(id), "asked once").toEqual({ card: null, asks: false });
  await store.save(url, summary);
  expect(await shown(id)).toEqual({ card: "Title", asks: false });
  await age(url, "used_at", "25 hours");
  expect(await shown(id)).toEqual({ card: "Title", asks: true });
  await store.request([id]);
  expect(await shown(id)).toEqual({ card: "Title", asks: false });
  await updatePost(posts, author, id, { content: `${other} rather than ${url}` });
  expect(await shown(id)).toEqual({ card: null, asks: true });
  await updatePost(posts, author, id, { content: "neither" });
  expect(await shown(id)).toEqual({ card: null, asks: false });
  const film = await write(author, { content: "a film", postType: "VIDEO", title: "Film" });
  expect(await shown(film.id)).toEqual({ card: null, asks: false });
});

test("a card goes a week after it was last used, and at once where no links are read", async () => {
  const [old, used] = ["https://example.com/old", "https://example.com/used"];
  await store.request([await linkTo(old), await linkTo(used)]);
  await age(old, "used_at", "8 days");
  await age(used, "used_at", "6 days");
  const left = async () => (await database.query<{ url: string }>("SELECT url FROM link_card WHERE url = ANY($1)", [[old, used]])).map(({ url }) => url);
  for (const job of store.retention(true)) await job.runSome();
  expect(await left()).toEqual([used]);
  for (const job of store.retention(false)) await job.runSome();
  expect(await left()).toEqual([]);
});

test("a slow site holds up no other, and each card is read once", async () => {
  const urls = Array.from({ length: 10 }, (_, index) => `https://example.com/slow/${index}`);
  for (const url of urls) await store.request([await linkTo(url)]);
  const [asked, saved]: [string[], string[]] = [[], []];
  let release = () => {};
  const slow = new Promise<void>((resolve) => {
    release = resolve;
  });
  const fetcher = startCardFetcher({
    store: { take: store.take, defer: store.defer, save: async (url) => void saved.push(url) },
    read: async (url) => {
      asked.push(url);
      if (url === urls[0]) await slow;
      return summary;
    },
    failed: (error) => expect.unreachable(String(error)),
  });
  fetcher.wake();
  await eventually(() => expect(saved.toSorted()).toEqual(urls.slice(1)));
  release();
  await eventually(() => expect(saved).toContain(urls[0]));
  expect(asked.toSorted()).toEqual(urls);
  await fetcher.close();
});

test("a fetcher that closes waits for no site, and leaves its page to others", async () => {
  const url = "https://example.com/hangs";
  await store.request([await linkTo(url)]);
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const fetcher = startCardFetcher({
    store,
    read: (_url, signal) => {
      begin();
      return new Promise((resolve) => signal.addEventListener("abort", () => resolve(null)));
    },
    failed: (error) => expect.unreachable(String(error)),
  });
  fetcher.wake();
  await begun;
  await fetcher.close();
  const [row] = await database.query("SELECT read_at, due_at > now() AS taken FROM link_card WHERE url = $1", [url]);
  expect(row).toEqual({ read_at: null, taken: true });
});

test("what is asked for while the database fails is asked for by the next reader", async () => {
  const url = "https://example.com/later";
  const id = await linkTo(url);
  const failures: unknown[] = [];
  let fails = true;
  const cards = startLinkCards({
    store: {
      ...store,
      request: async (ids, mayRead) => {
        if (fails) throw new Error("the database is away");
        return store.request(ids, mayRead);
      },
    },
    limiter,
    read: async () => summary,
    failed: (error) => void failures.push(error),
  });
  cards.ask(id);
  await eventually(() => expect(failures.length).toBe(1));
  fails = false;
  const post = await posts.find(null, id);
  if (post) cards.shown(post);
  cards.ask(asPostId(uuidv7()));
  await eventually(async () => expect(await shown(id)).toEqual({ card: "Title", asks: false }));
  await cards.close();
});

test("a site is asked for two pages at once, and for the others afterwards; another site is not held up", async () => {
  const slow = [1, 2, 3, 4].map((n) => `https://slow.example.com/${n}`);
  const quick = "https://quick.example.com/";
  for (const url of [...slow, quick]) await store.request([await linkTo(url)]);
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const saved: string[] = [];
  let [now, most] = [0, 0];
  const fetcher = startCardFetcher({
    store: { take: store.take, defer: store.defer, save: async (url) => void saved.push(url) },
    read: async (url) => {
      if (url === quick) return summary;
      most = Math.max(most, ++now);
      await released;
      now--;
      return summary;
    },
    failed: (error) => expect.unreachable(String(error)),
  });
  fetcher.wake();
  await eventually(() => expect([saved, now]).toEqual([[quick], 2]));
  release();
  await eventually(async () => {
    await database.query("UPDATE link_card SET due_at = now() WHERE url = ANY($1) AND due_at > now() AND due_at < now() + interval '10 seconds'", [slow]);
    fetcher.wake();
    expect(saved.toSorted()).toEqual([quick, ...slow]);
  }, 10_000);
  expect(most).toBe(2);
  await fetcher.close();
});

test("an author has so many pages read in an hour; another one's links have cards meanwhile", async () => {
  const [eager, calm] = [await person(), await person()];
  const { points } = limits.linkCard;
  const read: string[] = [];
  const cards = startLinkCards({
    store,
    limiter: createEmbeddedLimiter(1),
    read: async (url) => {
      read.push(url);
      return summary;
    },
    failed: (error) => expect.unreachable(String(error)),
  });
  const link = async (by: UserId, url: string) => cards.ask((await write(by, { content: `see ${url}` })).id);
  const urls = Array.from({ length: points + 5 }, (_, n) => `https://site${n}.example.com/`);
  for (const url of urls) await link(eager, url);
  await link(calm, "https://calm.example.com/");
  await eventually(() => expect(read).toContain("https://calm.example.com/"));
  await eventually(() => expect(read.length).toBe(points + 1));
  // One that is there is shown by all who link to it.
  const again = (await write(eager, { content: `see ${read[0]}` })).id;
  cards.ask(again);
  await eventually(async () => expect((await shown(again)).card).toBe("Title"));
  const [row] = await database.query<{ count: number }>("SELECT count(*)::int AS count FROM link_card WHERE url = ANY($1)", [urls]);
  expect(row?.count).toBe(points);
  await cards.close();
});
