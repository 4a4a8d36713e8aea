import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { Secret, TOTP } from "otpauth";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { phonePhoto, twoHalves } from "./support/pictures.ts";
import { forgetProofs } from "./support/proofs.ts";
import { setStage, watchShifts } from "./support/web/stage.ts";

const stage = setStage();
let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed({ PORT: String(await freePort()) });
});
afterAll(() => feed.close());

const write = async (person: Person, content: string): Promise<string> => (await person.post("/api/v1/posts", { content, postType: "TEXT" })).body.id;
const say = (person: Person, postId: string, content: string, more: object = {}) => person.post(`/api/v1/posts/${postId}/comments`, { content, ...more });
const post = (page: Page, text: string) => page.getByRole("article").filter({ hasText: text });
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
      .getByLabel("Add pictures or videos")
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

    await hers.getByRole("link", { name: /^Comments/ }).click();
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
    await ann.getByRole("link", { name: /Bob Story commented on your post\s*I like it/ }).click();
    await ann.getByRole("heading", { name: "Post by Ann Story" }).waitFor();
    await bob.getByRole("textbox", { name: "Write a comment" }).fill("One more");
    await bob.getByRole("textbox", { name: "Write a comment" }).press("Enter");
    await eventually(async () => expect([await badge(ann).textContent(), await badge(secondTab).textContent()]).toEqual(["1", "1"]));
    await secondTab.goto(`${feed.url}/notifications`);
    await eventually(async () => expect([await badge(ann).count(), await badge(secondTab).count(), await unread(secondTab)]).toEqual([0, 0, 3]));
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
    await page.getByRole("heading", { level: 1, name: "Search" }).waitFor();
    await post(page, "Okapis in the forest").waitFor();
    const box = page.getByRole("main").getByRole("searchbox");
    expect(await box.inputValue()).toBe("#okapi");
    await box.fill("nothing like that");
    await page.getByText("No results for “nothing like that”").waitFor();
    await box.fill("forests");
    await post(page, "Okapis in the forest").waitFor();
    await box.fill(author.username);
    await page.getByRole("link", { name: "People", exact: true }).click();
    await page.getByRole("main").getByRole("list").getByText(`@${author.username}`).waitFor();
    expect(new URL(page.url()).search).toBe(`?q=${author.username}`);
  }, 120_000);

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
    expect(await shifts()).toBe(0);
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
    for (const moved of shifts) expect(await moved()).toBe(0);

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

  test("give a program a token, and revoke it", async ({ skip }) => {
    stage.need(skip);
    const owner = await feed.person("owner");
    const page = await stage.signIn(feed.url, owner);
    await page.goto(`${feed.url}/settings`);
    await forgetProofs(feed, owner);
    await page.getByRole("button", { name: "Create a token" }).click();
    await page.getByLabel("Name").fill("Backup");
    await page.getByLabel("Read and write").check({ force: true });
    await page.getByRole("dialog").getByRole("button", { name: "Create" }).click();
    const proof = page.getByRole("dialog", { name: "Confirm that it is you" });
    await proof.getByLabel("Password").fill(owner.password);
    await proof.getByRole("button", { name: "Go on" }).click();
    const secret = await page.getByText(/^nf_/).textContent();
    await page.getByText("Read and write · until").waitFor();
    const write = () => feed.call("POST", "/api/v1/posts", { content: "by a program", postType: "TEXT" }, { authorization: `Bearer ${secret}` });
    expect((await write()).status).toBe(201);
    await page.reload();
    await page.getByText("last used").nth(1).waitFor();
    expect(await page.getByText(/^nf_/).count()).toBe(0);
    await page.getByRole("button", { name: "Revoke Backup" }).click();
    await page.getByText("Backup is revoked.").waitFor();
    expect((await write()).status).toBe(401);
  }, 120_000);

  test("set a theme, a filter and who may comment, for all their devices", async ({ skip }) => {
    stage.need(skip);
    const [owner, guest] = [await feed.person("owner"), await feed.person("guest")];
    const postId = await write(guest, "The butler did it: a spoiler");
    const page = await stage.signIn(feed.url, owner);
    await page.goto(`${feed.url}/settings`);
    await page.getByLabel("Dark", { exact: true }).check({ force: true });
    const nobody = page.getByRole("group", { name: "Who may comment on your posts" }).getByLabel("Nobody");
    await eventually(async () => expect(await nobody.isEnabled()).toBe(true));
    await nobody.check({ force: true });
    await page.getByLabel("Time zone").selectOption("Asia/Tokyo");
    await page.getByLabel("Words and phrases, one on each line").fill("spoiler\n\ngolf\n");
    await page.getByRole("region", { name: "Content filters" }).getByRole("button", { name: "Save" }).click();
    await page.getByText("Your filters are saved.").waitFor();
    const saved = { theme: "dark", whoMayComment: "nobody", timeZone: "Asia/Tokyo", contentFilters: { words: ["spoiler", "golf"] } };
    await eventually(async () => expect((await owner.get("/api/v1/users/me/preferences")).body).toMatchObject(saved));

    const other = await stage.signIn(feed.url, owner);
    await other.waitForFunction("document.documentElement.dataset.theme === 'dark'");
    await other.goto(`${feed.url}/posts/${postId}`);
    await other.getByText("Hidden by your filter for “spoiler”.").waitFor();
    expect(await other.getByText("The butler did it").count()).toBe(0);
    await other.getByRole("button", { name: "Show", exact: true }).click();
    await other.getByText("The butler did it").waitFor();

    const mine = await write(owner, "No comment");
    const visitor = await stage.signIn(feed.url, guest);
    await visitor.goto(`${feed.url}/posts/${mine}`);
    await visitor.getByText("owner Tester has limited who may comment.").waitFor();
    expect(await visitor.getByLabel("Write a comment").count()).toBe(0);
  }, 120_000);

  test("make their account private, and approve who follows it", async ({ skip }) => {
    stage.need(skip);
    const [owner, fan] = [await feed.person("owner"), await feed.person("fan")];
    await write(owner, "Only among us");
    const page = await stage.signIn(feed.url, owner);
    await page.goto(`${feed.url}/settings`);
    await page.getByLabel("Private account", { exact: true }).check();
    await page.getByText("Nobody asks to follow you.").waitFor();

    const other = await stage.signIn(feed.url, fan);
    await other.goto(`${feed.url}/@${owner.username}`);
    await other.getByText("This account is private", { exact: true }).waitFor();
    await other.getByRole("button", { name: "Ask to follow" }).click();
    await other.getByRole("button", { name: "Requested" }).waitFor();
    await eventually(async () => expect((await owner.get("/api/v1/users/me/follow-requests")).body.data).toHaveLength(1));

    await page.goto(`${feed.url}/notifications`);
    await page.getByText("fan Tester asks to follow you").click();
    await page.getByRole("button", { name: "Approve fan Tester" }).click();
    await page.getByText("Nobody asks to follow you.").waitFor();
    await eventually(async () => expect((await fan.get(`/api/v1/users/${owner.id}/posts`)).body.data).toHaveLength(1));
    await other.reload();
    await post(other, "Only among us").waitFor();

    await page.goto(`${feed.url}/@${owner.username}/followers`);
    await page.getByRole("button", { name: "Remove fan Tester from your followers" }).click();
    await eventually(async () => expect((await fan.get(`/api/v1/users/${owner.id}`)).body).toMatchObject({ followedByMe: false, followerCount: 0 }));
  }, 120_000);

  test("protect their account with a second factor, and sign in with it", async ({ skip }) => {
    stage.need(skip);
    const owner = await feed.person("careful");
    const page = await stage.signIn(feed.url, owner);
    await page.goto(`${feed.url}/settings`);
    await page.getByRole("button", { name: "Turn on" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Go on" }).click();
    await page.getByRole("img", { name: "QR code" }).waitFor();
    const secret = (await page.getByText(/^[A-Z2-7]{32}$/).textContent()) ?? "";
    const totp = new TOTP({ secret: Secret.fromBase32(secret) });
    await page.getByLabel("Code", { exact: true }).fill(totp.generate());
    await page.getByRole("dialog").getByRole("button", { name: "Turn on" }).click();
    await page.getByText("These are your recovery codes.").waitFor();
    const recoveryCode =
      (await page
        .getByText(/^([a-z2-9]{4}-){3}[a-z2-9]{4}$/)
        .first()
        .textContent()) ?? "";

    const other = await stage.visit(`${feed.url}/login`);
    await other.getByLabel("E-mail or username").fill(owner.username);
    await other.getByLabel("Password").fill(owner.password);
    await other.getByRole("button", { name: "Sign in" }).click();
    await other.getByRole("heading", { name: "Enter a code" }).waitFor();
    await other.getByLabel("Code", { exact: true }).fill("000000");
    await other.getByRole("button", { name: "Sign in" }).click();
    await other.getByRole("alert").getByText("That code is wrong").waitFor();
    await other.getByLabel("Code", { exact: true }).fill(recoveryCode);
    await other.getByRole("button", { name: "Sign in" }).click();
    await other.getByRole("heading", { level: 1, name: "Home" }).waitFor();

    await page.reload();
    await page.getByText("9 recovery codes are left.").waitFor();
    await page.getByRole("button", { name: "Turn off" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Turn off" }).click();
    await page.getByRole("button", { name: "Turn on" }).waitFor();
    expect((await owner.get("/api/auth/second-factor")).body.data).toEqual({ enabledAt: null, recoveryCodes: 0 });
  }, 120_000);

  test("delete their account, and disappear", async ({ skip }) => {
    stage.need(skip);
    const leaver = await feed.person("leaver");
    await write(leaver, "My last words");
    const page = await stage.signIn(feed.url, leaver);
    await page.getByRole("link", { name: "Settings" }).first().click();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download my data" }).click()]);
    expect(download.suggestedFilename()).toBe(`newfeed-${leaver.username}.json`);
    await forgetProofs(feed, leaver);
    await page.getByRole("button", { name: "Delete my account" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete account" }).click();
    const proof = page.getByRole("dialog", { name: "Confirm that it is you" });
    await proof.getByRole("button", { name: "Cancel" }).click();
    await proof.waitFor({ state: "detached" });
    await page.getByRole("dialog").getByRole("button", { name: "Delete account" }).click();
    await proof.getByLabel("Password").fill("wrong");
    await proof.getByRole("button", { name: "Go on" }).click();
    await proof.getByRole("alert").getByText("wrong").waitFor();
    await proof.getByLabel("Password").fill(leaver.password);
    await proof.getByRole("button", { name: "Go on" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.goto(`${feed.url}/@${leaver.username}`);
    await eventually(async () => {
      await page.reload();
      await page.getByText("User not found").waitFor({ timeout: 1_000 });
    }, 10_000);
  }, 120_000);
});

test("pictures dropped on the composer show their progress and can be removed", async ({ skip }) => {
  stage.need(skip);
  const page = await stage.signIn(feed.url, await feed.person("dropper"));
  const bytes = (await twoHalves(1_600, 1_200).png().toBuffer()).toString("base64");
  const drop = (name: string, type: string) =>
    page.evaluate(`(() => {
      const bytes = Uint8Array.from(atob("${bytes}"), (letter) => letter.charCodeAt(0));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([bytes], "${name}", { type: "${type}" }));
      document.querySelector(".composer").dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
    })()`);
  const client = await page.context().newCDPSession(page);
  await client.send("Network.emulateNetworkConditions", { offline: false, latency: 100, downloadThroughput: -1, uploadThroughput: 4_000 });
  await drop("halves.png", "image/png");
  await page.getByRole("progressbar", { name: "Uploading halves.png" }).waitFor();
  await page.getByRole("button", { name: "Uploading …" }).waitFor();
  await client.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
  await page.getByRole("button", { name: "Post", exact: true }).waitFor();
  await page.getByRole("button", { name: "Remove halves.png" }).click();
  expect(await page.getByRole("img", { name: "halves.png" }).count()).toBe(0);
  await drop("page.html", "text/html");
  await page.getByRole("alert").getByText("Only pictures").waitFor();
}, 120_000);
