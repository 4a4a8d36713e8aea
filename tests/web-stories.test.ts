import { eventually } from "@newfeed/shared/testing/eventually.ts";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { phonePhoto } from "./support/pictures.ts";
import { post, write } from "./support/web/posts.ts";
import { setStage, watchShifts } from "./support/web/stage.ts";

const stage = setStage();
let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed({ PORT: String(await freePort()) });
});
afterAll(() => feed.close());

const say = (person: Person, postId: string, content: string, more: object = {}) => person.post(`/api/v1/posts/${postId}/comments`, { content, ...more });
const badge = (page: Page) => page.getByTestId("unread");

/** Resolves once a page is live. */
const live = (page: Page) => page.locator('.connection[data-state="live"]').waitFor();

async function signUp(page: Page, username: string, fullName: string) {
  await page.getByRole("link", { name: "Create an account" }).click();
  await page.getByLabel("Name", { exact: true }).fill(fullName);
  await page.getByLabel("Username").fill(username);
  await page.getByLabel("E-mail").fill(`${username}@test.com`);
  await page.getByLabel("Password").fill("Test123");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
}

describe("two users, each in their own browser", () => {
  test("sign up, post a picture, comment, like and are notified live; read marks reach other tabs", async ({ skip }) => {
    stage.need(skip);
    const [ann, bob] = await Promise.all([stage.visit(feed.url), stage.visit(feed.url)]);
    await Promise.all([signUp(ann, "ann.story", "Ann Story"), signUp(bob, "bob_story", "Bob Story")]);

    await ann.getByLabel("What's new?").fill("A picture of mine, see https://example.com/it and ask @bob_story");
    await ann
      .getByLabel("Add pictures, videos or documents")
      .first()
      .setInputFiles({ name: "photo.jpg", mimeType: "image/jpeg", buffer: await phonePhoto() });
    await ann.getByRole("button", { name: "Post", exact: true }).click();
    const hers = post(ann, "A picture of mine");
    await hers.getByRole("img", { name: "Picture posted by Ann Story" }).waitFor();
    await hers.locator("time").waitFor();

    await bob.getByRole("link", { name: "Explore" }).click();
    await post(bob, "A picture of mine")
      .getByRole("link", { name: /^Comments/ })
      .click();
    const picture = bob.getByRole("img", { name: "Picture posted by Ann Story" });
    await eventually(async () => expect(await picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)).toBeGreaterThan(0));
    expect(await picture.getAttribute("width")).toMatch(/^\d+$/);
    const link = bob.getByRole("link", { name: "example.com/it" });
    expect(await link.getAttribute("rel")).toContain("noopener");

    // With the post, what is about it is read.
    const read = () => ann.waitForResponse((response) => response.url().endsWith("/api/v1/notifications/read"));
    const isOpen = read();
    await hers.getByRole("link", { name: /^Comments/ }).click();
    await isOpen;
    await Promise.all([live(ann), live(bob)]);
    await bob.getByRole("textbox", { name: "Write a comment" }).fill("I like it");
    await bob.getByRole("textbox", { name: "Write a comment" }).press("Enter");
    const comment = ann.getByRole("article", { name: "Comment by Bob Story" });
    await comment.getByText("I like it").waitFor();
    await bob.getByRole("button", { name: /^Like, 0/ }).click();
    await ann.getByRole("button", { name: "Like, 1 like" }).waitFor();

    await comment.getByRole("button", { name: "Reply" }).click();
    await ann.getByRole("textbox", { name: "Reply to Bob Story" }).fill("So do I");
    await ann.getByRole("textbox", { name: "Reply to Bob Story" }).press("Enter");
    await bob.getByRole("button", { name: "1 new reply" }).click();
    await bob.getByText("So do I").waitFor();

    // Bob commented and liked; every user gets a welcome.
    await eventually(async () => expect(await badge(ann).textContent()).toBe("3"));
    const secondTab = await ann.context().newPage();
    await secondTab.goto(`${feed.url}/explore`);
    await eventually(async () => expect(await badge(secondTab).textContent()).toBe("3"));
    await live(secondTab);
    // What was looked at is not counted any more, on any page, and is unread until it is opened.
    const unread = (page: Page) => page.locator(".notification[data-unread]").count();
    await ann.getByRole("link", { name: /^Notifications/ }).click();
    await eventually(async () => expect([await badge(ann).count(), await badge(secondTab).count(), await unread(ann)]).toEqual([0, 0, 3]));
    const isOpenAgain = read();
    await ann.getByRole("link", { name: /Bob Story commented on your post\s*I like it/ }).click();
    await ann.getByRole("heading", { name: "Comment by Bob Story" }).waitFor();
    await isOpenAgain;
    await bob.getByRole("textbox", { name: "Write a comment" }).fill("One more");
    await bob.getByRole("textbox", { name: "Write a comment" }).press("Enter");
    await eventually(async () => expect([await badge(ann).textContent(), await badge(secondTab).textContent()]).toEqual(["1", "1"]));
    await secondTab.goto(`${feed.url}/notifications`);
    await eventually(async () => expect([await badge(ann).count(), await badge(secondTab).count(), await unread(secondTab)]).toEqual([0, 0, 2]));
    await secondTab.getByRole("button", { name: "Mark all as read" }).click();
    await eventually(async () => expect(await unread(secondTab)).toBe(0));
    await bob.getByRole("link", { name: /^Notifications/ }).click();
    await bob.getByText("Ann Story replied to your comment").waitFor();
  }, 120_000);

  test("find posts by a tag and by words, and people beside them", async ({ skip }) => {
    stage.need(skip);
    const [author, reader] = await Promise.all([feed.person("finder"), feed.person("seeker")]);
    await write(author, "Okapis in the forest #okapi");
    await eventually(async () => expect((await reader.get("/search/posts?q=okapi")).body.data).toHaveLength(1), 10_000);
    const page = await stage.signIn(feed.url, reader);
    await page.goto(`${feed.url}/@${author.username}`);
    await page.getByRole("link", { name: "#okapi" }).click();
    await page.getByRole("heading", { level: 1, name: "#okapi" }).waitFor();
    await post(page, "Okapis in the forest").waitFor();
    await page.getByRole("button", { name: "Follow #okapi", exact: true }).click();
    await page.getByRole("button", { name: "Following #okapi" }).waitFor();
    await eventually(async () => expect((await reader.get("/api/v1/tags/okapi")).body.followedByMe).toBe(true));
    await page.getByRole("link", { name: "Home", exact: true }).click();
    await post(page, "Okapis in the forest").waitFor();
    await page.goto(`${feed.url}/search?type=tags&q=oka`);
    await page.getByRole("link", { name: /^#okapi/ }).click();
    await page.getByRole("heading", { level: 1, name: "#okapi" }).waitFor();
    await page.goto(`${feed.url}/search?type=posts`);
    await page.getByRole("link", { name: /^oka Tags/ }).waitFor();
    await page.getByRole("button", { name: "Clear" }).click();
    await page.getByRole("heading", { name: "Recent searches" }).waitFor({ state: "detached" });
    const box = page.getByRole("main").getByRole("searchbox");
    await box.fill("nothing like that");
    await page.getByText("No results for “nothing like that”").waitFor();
    await box.fill("forests");
    await post(page, "Okapis in the forest").waitFor();
    await box.fill(author.username);
    await page.getByRole("link", { name: "People", exact: true }).click();
    await page.getByRole("main").getByRole("list").getByText(`@${author.username}`).waitFor();
    expect(new URL(page.url()).search).toBe(`?q=${author.username}`);
  }, 120_000);

  test("see trends, people and posts at once, and nothing of it moves when others post", async ({ skip }) => {
    stage.need(skip);
    const [author, reader, late] = await Promise.all([feed.person("first"), feed.person("beside"), feed.person("late")]);
    await write(author, "The first of all");
    const page = await stage.signIn(feed.url, reader);
    const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>();
    await page.route("**/api/v1/trends", async (route) => {
      await mayAnswer;
      await route.fulfill({ json: { data: [{ tag: "okapi", posts: 3, authors: 2 }] } });
    });
    await page.goto(`${feed.url}/explore`);
    await live(page);
    await page.getByRole("navigation", { name: "Which posts" }).waitFor();
    const shifts = await watchShifts(page);
    answer();
    await page.getByRole("link", { name: /^#okapi 2 people/ }).waitFor();
    await post(page, "The first of all").waitFor();
    // Where there is room, people are beside the page.
    const aside = page.getByRole("complementary", { name: "Trends and people" });
    const isWide = (await aside.count()) === 1;
    if (isWide) await aside.getByText(`@${author.username}`).waitFor();
    expect(await shifts()).toEqual([]);
    await write(late, "A later one");
    // As when its reader comes back to it.
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await page.getByRole("button", { name: "1 new post" }).click();
    await post(page, "A later one").waitFor();
    if (isWide) await aside.getByText(`@${author.username}`).waitFor();
    expect((await shifts()).filter(({ of }) => of.includes("lately") || of.includes("trends"))).toEqual([]);
  }, 60_000);

  test("follow each other; new posts wait until the reader shows them", async ({ skip }) => {
    stage.need(skip);
    const [author, reader] = await Promise.all([feed.person("author"), feed.person("reader")]);
    for (let index = 0; index < 12; index++) await write(author, `Earlier post ${index}\nwith\nsome\nlines`);
    const page = await stage.signIn(feed.url, reader);
    await page.getByText("Your feed is empty").waitFor();
    await page.goto(`${feed.url}/search?q=${author.username}`);
    await page.getByRole("main").getByRole("link", { name: author.username }).click();
    await page
      .getByRole("main")
      .getByRole("button", { name: /^Follow / })
      .click();
    await page
      .getByRole("main")
      .getByRole("button", { name: /^Following/ })
      .waitFor();
    await page.getByRole("link", { name: "1 follower" }).click();
    await page.getByRole("list").getByText(`@${reader.username}`).waitFor();
    await page.getByRole("link", { name: "Home", exact: true }).click();
    await post(page, "Earlier post 11").waitFor();
    await live(page);

    await page.evaluate("scrollTo(0, 600)");
    const [before, shifts] = [await page.evaluate("scrollY"), await watchShifts(page)];
    await write(author, "Brand new");
    await write(author, "Newer still");
    const pill = page.getByRole("button", { name: "2 new posts" });
    await pill.waitFor();
    expect(await page.evaluate("scrollY")).toBe(before);
    expect(await post(page, "Brand new").count()).toBe(0);
    expect(await shifts()).toEqual([]);
    await pill.click();
    await post(page, "Newer still").waitFor();
    await eventually(async () => expect(await page.evaluate("scrollY")).toBe(0));
    const texts = await page.getByRole("feed").getByRole("article").allTextContents();
    expect(texts.slice(0, 3).map((text) => /Newer still|Brand new|Earlier post 11/.exec(text)?.[0])).toEqual(["Newer still", "Brand new", "Earlier post 11"]);
    // Scrolling down loads more.
    await page.evaluate("scrollTo(0, document.body.scrollHeight)");
    await post(page, "Earlier post 0").waitFor();
    expect(await page.getByRole("feed").getByRole("article").count()).toBe(14);
  }, 120_000);

  test("see deletions, edits and retractions at once, without layout shifts", async ({ skip }) => {
    stage.need(skip);
    const [author, reader] = await Promise.all([feed.person("author"), feed.person("reader")]);
    const [first, second] = [await write(author, "To be deleted"), await write(author, "To be changed")];
    const { body: comment } = await say(author, second, "A remark that goes");
    await say(author, second, "A remark that stays");
    const page = await stage.signIn(feed.url, reader);
    await page.getByRole("link", { name: "Explore" }).click();
    await post(page, "To be deleted").waitFor();
    await live(page);
    const thread = await page.context().newPage();
    await thread.goto(`${feed.url}/posts/${second}`);
    await thread.getByText("A remark that goes").waitFor();
    await live(thread);

    const shifts = [await watchShifts(page), await watchShifts(thread)];
    // A card follows its post after a moment in view.
    await eventually(async () => {
      await author.post(`/api/v1/posts/${first}/like`);
      await post(page, "To be deleted").getByRole("button", { name: "Like, 1 like" }).waitFor({ timeout: 1_500 });
    }, 10_000);
    await author.delete(`/api/v1/posts/${first}`);
    await page.getByText("This post is no longer available.").waitFor();
    expect(await post(page, "To be deleted").count()).toBe(0);
    await author.delete(`/api/v1/comments/${comment.id}`);
    await thread.getByText("This comment was deleted.").waitFor();
    await say(author, second, "Another one");
    await thread.getByText("Another one").waitFor();
    for (const moved of shifts) expect(await moved()).toEqual([]);

    await author.patch(`/api/v1/posts/${second}`, { content: "It is changed" });
    await thread.getByText("It is changed").waitFor();
    await author.post(`/api/v1/users/${reader.id}/block`);
    await thread.getByText("Post not found").waitFor();
  }, 120_000);

  test("see in the inbox what came between its list and its stream", async ({ skip }) => {
    stage.need(skip);
    const [reader, writer] = [await feed.person("inbox"), await feed.person("follower")];
    const page = await stage.signIn(feed.url, reader);
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    await page.routeWebSocket(/socket\.io/, async (socket) => {
      await opened;
      socket.connectToServer();
    });
    await page.goto(`${feed.url}/notifications`);
    const items = page.getByRole("list", { name: "Notifications" }).getByRole("listitem");
    await items.first().waitFor();
    expect(await items.count()).toBe(1);
    await writer.post(`/api/v1/users/${reader.id}/follow`);
    await eventually(async () => expect((await reader.get("/api/v1/notifications")).body.data).toHaveLength(2));
    open();
    await live(page);
    // Both are seen there.
    await eventually(async () => expect([await badge(page).count(), await items.count()]).toEqual([0, 2]));
  }, 60_000);

  test("see no number that was asked for before the inbox was looked at elsewhere", async ({ skip }) => {
    stage.need(skip);
    const reader = await feed.person("elsewhere");
    const page = await stage.signIn(feed.url, reader);
    await live(page);
    await eventually(async () => expect(await badge(page).textContent()).toBe("1"));
    const [{ promise: mayAnswer, resolve: answer }, { promise: isAsked, resolve: asked }] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    await page.route("**/api/v1/notifications/unread-count", async (route) => {
      const response = await route.fetch();
      asked();
      await mayAnswer;
      // Of a request that the page has given up, there is nothing to answer.
      await route.fulfill({ response }).catch(() => {});
    });
    // A number that grows is asked for.
    await (await feed.person("another")).post(`/api/v1/users/${reader.id}/follow`);
    await isAsked;
    const latest = await eventually(async () => {
      const { data } = (await reader.get("/api/v1/notifications")).body;
      expect(data).toHaveLength(2);
      return data[0];
    });
    await reader.post("/api/v1/notifications/seen", { until: latest.updatedAt });
    await badge(page).waitFor({ state: "detached" });
    const answered = page.waitForResponse("**/api/v1/notifications/unread-count");
    answer();
    await answered;
    await page.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))");
    expect(await badge(page).count()).toBe(0);
  }, 60_000);

  test("sign in from what they wanted to do, which is then done; Back from a post that was opened directly leads home", async ({ skip }) => {
    stage.need(skip);
    const [reader, writer] = [await feed.person("passerby"), await feed.person("poster")];
    const id = await write(writer, "Worth a like");
    const commentId = (await say(writer, id, "Worth one, too")).body.id;
    const page = await stage.visit(`${feed.url}/posts/${id}`);
    const signIn = async () => {
      await page.getByLabel("E-mail or username").fill(reader.email);
      await page.getByLabel("Password").fill(reader.password);
      await page.getByRole("button", { name: "Sign in" }).click();
    };
    await page.getByRole("button", { name: "Like, 0 likes" }).click();
    await signIn();
    await page.getByRole("button", { name: "Like, 1 like" }).and(page.locator('[aria-pressed="true"]')).waitFor();
    await eventually(async () => expect((await reader.get(`/api/v1/posts/${id}`)).body.likedByMe).toBe(true));
    expect(new URL(page.url()).pathname).toBe(`/posts/${id}`);

    const other = await stage.visit(`${feed.url}/posts/${id}`);
    await other.getByRole("button", { name: "Like this comment, 0 likes" }).click();
    await other.getByLabel("E-mail or username").fill(reader.email);
    await other.getByLabel("Password").fill(reader.password);
    await other.getByRole("button", { name: "Sign in" }).click();
    await eventually(async () => expect((await reader.get(`/api/v1/comments/${commentId}`)).body.likedByMe).toBe(true));

    const direct = await page.context().newPage();
    await direct.goto(`${feed.url}/posts/${id}`);
    await direct.getByRole("button", { name: "Back", exact: true }).click();
    await direct.getByRole("heading", { level: 1, name: "Home" }).waitFor();
  }, 60_000);

  test("write optimistically; a refused write is removed with the reason", async ({ skip }) => {
    stage.need(skip);
    const strict = await startTestFeed({ PORT: String(await freePort()), RATE_LIMIT_FACTOR: "0.2" });
    try {
      const person = await strict.person("hasty");
      // 60 an hour, times 0.2.
      for (let index = 0; index < 12; index++) await write(person, `Post ${index}`);
      const page = await stage.signIn(strict.url, person);
      await live(page);
      await page.getByLabel("What's new?").fill("One too many");
      await page.getByRole("button", { name: "Post", exact: true }).click();
      await page
        .getByRole("alert")
        .getByText(/Too many requests. Try again in \d+ minutes/)
        .waitFor();
      expect(await page.getByLabel("What's new?").inputValue()).toBe("One too many");
      expect(await post(page, "One too many").count()).toBe(0);

      const like = post(page, "Post 11").getByRole("button", { name: /^Like/ });
      await like.click();
      await page.getByRole("button", { name: "Like, 1 like" }).waitFor();
      // The general limit is used up.
      while ((await person.get("/api/auth/me")).status !== 429);
      await like.click();
      await page.getByText("Your like was not removed.").first().waitFor();
      expect(await like.getAttribute("aria-pressed")).toBe("true");
    } finally {
      await strict.close();
    }
  }, 120_000);
});
