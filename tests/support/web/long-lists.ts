import type { Page, Route } from "playwright-core";

/** What a test looks at in the answer of a list. */
interface Item {
  id: string;
  createdAt: string;
  updatedAt: string;
  publishedAt?: string | null;
}

const idOf = (index: number) => `00000000-0000-7000-8000-${String(index).padStart(12, "0")}`;
const indexOf = (cursor: string) => Number(cursor.slice(-12));
/** Is an item before a cursor, of a page or an item's own? */
const isBefore = ({ id, createdAt }: Item, cursor: string) => (cursor.includes("~") ? createdAt < (cursor.split("~")[0] ?? "") : indexOf(id) < indexOf(cursor));
const isAt = ({ id, createdAt }: Item, cursor: string) => (cursor.includes("~") ? createdAt === cursor.split("~")[0] : id === cursor);

/** Copies of an item, oldest first, a second apart and in the past. */
function copiesOf<T extends Item>(item: T, count: number, contentOf: (index: number) => string): T[] {
  return Array.from({ length: count }, (_, index) => {
    const at = new Date(Date.UTC(2026, 0, 1) + index * 1_000).toISOString();
    return { ...item, id: idOf(index), content: contentOf(index), createdAt: at, updatedAt: at, ...("publishedAt" in item && { publishedAt: at }) };
  });
}

async function answer(route: Route, items: readonly Item[], pageSize: number): Promise<void> {
  const url = new URL(route.request().url());
  const query = url.searchParams;
  const real = (await (await route.fetch({ url: url.origin + url.pathname })).json()) as object;
  const since = query.get("since");
  const isForward = since !== null || query.get("order") === "oldest";
  const sorted = isForward ? items : items.toReversed();
  const from = since ?? query.get("cursor");
  const beyond = from === null ? sorted : sorted.filter((item) => !isAt(item, from) && isBefore(item, from) !== isForward);
  const data = beyond.slice(0, pageSize);
  const pageInfo = { hasNextPage: beyond.length > pageSize, startCursor: data[0]?.id ?? null, endCursor: data.at(-1)?.id ?? null };
  await route.fulfill({ json: { ...real, data, pageInfo } });
}

/** Shows a page more comments of a post than a test has the time to write: copies of one, "Comment 0", "Comment 1" and so on. */
export async function showManyComments(page: Page, postId: string, comment: Item, count: number, pageSize: number): Promise<void> {
  const comments = copiesOf(comment, count, (index) => `Comment ${index}`);
  await page.route(
    (url) => url.pathname === `/api/v1/posts/${postId}/comments`,
    (route) => (route.request().method() === "GET" ? answer(route, comments, pageSize) : route.continue()),
  );
}

const isOfCopy = ({ pathname }: URL) => pathname.startsWith("/api/v1/posts/00000000-") && !pathname.endsWith("/comments");

/** The same of users: a list shows so many copies of its only item, in one page. */
export async function showManyUsers(page: Page, path: string, count: number): Promise<void> {
  await page.route(
    (url) => url.pathname === path,
    async (route) => {
      const real = await (await route.fetch()).json();
      await route.fulfill({ json: { ...real, data: Array.from({ length: count }, (_, index) => ({ ...real.data[0], id: idOf(index) })) } });
    },
  );
}

/** The same of what a search finds. */
export async function showManyFound(page: Page, post: Item, count: number): Promise<void> {
  await page.route(
    (url) => url.pathname === "/api/v1/search/posts",
    async (route) => {
      const real = await (await route.fetch()).json();
      await route.fulfill({ json: { ...real, data: Array.from({ length: count }, (_, index) => ({ ...real.data[0], post: { ...post, id: idOf(index) } })) } });
    },
  );
  await page.route(isOfCopy, (route) => route.fulfill({ json: { ...post, id: idOf(indexOf(new URL(route.request().url()).pathname)) } }));
}

/** The same of the public feed: "Post 0", "Post 1" and so on. */
export async function showManyPosts(page: Page, post: Item, count: number, pageSize: number): Promise<void> {
  const posts = copiesOf(post, count, (index) => `Post ${index}. ${"Some words. ".repeat(1 + (index % 7) * 4)}`);
  await page.route(
    (url) => url.pathname === "/api/v1/posts",
    (route) => answer(route, posts, pageSize),
  );
  await page.route(isOfCopy, (route) => route.fulfill({ json: posts[indexOf(new URL(route.request().url()).pathname)] }));
}
