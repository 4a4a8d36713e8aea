import { lengths } from "@newfeed/shared/contracts/text.ts";
import { eventually } from "@newfeed/shared/testing/eventually.ts";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import type { Person } from "./support/feed.ts";
import { phonePhoto } from "./support/pictures.ts";
import { conversationOf, untilConnection } from "./support/web/conversation.ts";
import { setRestartableFeed } from "./support/web/restartable.ts";
import { setStage } from "./support/web/stage.ts";

const stage = setStage();
const feed = setRestartableFeed();

describe("what is being written", () => {
  const field = (page: Page, name: string) => page.getByRole("textbox", { name });
  const textOf = (page: Page, name: string) => field(page, name).inputValue();

  test("is there again after reloads and sign-outs by others, for its account only, until its user signs out", async ({ skip }) => {
    stage.need(skip);
    const [person, other] = [await feed.person("scribe"), await feed.person("stranger")];
    const conversation = await conversationOf(person);
    await conversation.say("A question");
    const page = await stage.signIn(feed.url, person, { viewport: { width: 390, height: 844 } });
    await field(page, "What's new?").fill("An unfinished post");
    await page.getByRole("button", { name: "Who can see this post: Everyone" }).click();
    await page.getByRole("menuitem", { name: "Only your followers can see it" }).click();
    await page.goto(`${feed.url}/posts/${conversation.id}`);
    await field(page, "Write a comment").fill("An unfinished comment");
    await page.getByRole("button", { name: "Reply" }).click();
    await field(page, "Reply to scribe Tester").fill("An unfinished reply");
    await page.getByRole("button", { name: "Post options" }).click();
    await page.getByRole("menuitem", { name: "Edit" }).click();
    await page.getByRole("dialog").getByRole("textbox", { name: "Text" }).fill("An unfinished edit");
    await field(page, "Place").fill("An unfinished place");
    await field(page, "Content warning").fill("An unfinished warning");
    await page.reload();
    await eventually(async () => expect(await textOf(page, "Write a comment")).toBe("An unfinished comment"));
    await eventually(async () => expect(await textOf(page, "Reply to scribe Tester")).toBe("An unfinished reply"));
    await page.getByRole("button", { name: "Post options" }).click();
    await page.getByRole("menuitem", { name: "Edit" }).click();
    const dialog = page.getByRole("dialog");
    expect(await dialog.getByRole("textbox", { name: "Text" }).inputValue()).toBe("An unfinished edit");
    for (const [name, text] of [
      ["Place", "An unfinished place"],
      ["Content warning", "An unfinished warning"],
    ] as const)
      expect(await textOf(page, name)).toBe(text);
    await dialog.getByRole("button", { name: "Discard changes" }).click();
    expect([await textOf(page, "Place"), await textOf(page, "Content warning")]).toEqual(["", ""]);
    expect(await dialog.getByRole("textbox", { name: "Text" }).inputValue()).toBe("A conversation");
    await dialog.getByRole("button", { name: "Cancel" }).click();

    const signInAs = async ({ email, password }: Person) => {
      await page.getByLabel("E-mail or username").fill(email);
      await page.getByLabel("Password").fill(password);
      await page.getByRole("button", { name: "Sign in" }).click();
    };
    await page.goto(`${feed.url}/`);
    await untilConnection(page, "live");
    expect((await person.post("/api/auth/sessions/end-others")).status).toBeLessThan(300);
    await page.getByText("You were signed out from another device.").waitFor();
    await signInAs(other);
    await page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
    expect(await textOf(page, "What's new?")).toBe("");
    await page.getByRole("link", { name: "Settings" }).first().click();
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await page.goto(`${feed.url}/login`);
    await signInAs(person);
    await eventually(async () => expect(await textOf(page, "What's new?")).toBe("An unfinished post"));
    await page.getByRole("button", { name: "Who can see this post: Followers" }).waitFor();

    await page.getByRole("link", { name: "Settings" }).first().click();
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await page.getByRole("alertdialog").getByText("removed from this device").waitFor();
    await page.getByRole("alertdialog").getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
    expect(await page.evaluate("JSON.stringify(localStorage)")).not.toContain("unfinished");
  }, 120_000);

  test("returns with the reason when it is refused, and is kept when it is too long", async ({ skip }) => {
    stage.need(skip);
    const person = await feed.person("refused");
    const conversation = await conversationOf(person);
    await conversation.say("A question");
    const page = await stage.signIn(feed.url, person);
    await page.goto(`${feed.url}/posts/${conversation.id}`);
    await page.getByRole("button", { name: "Reply" }).click();
    const reply = field(page, "Reply to refused Tester");
    await reply.fill("An answer");
    await page.route("**/comments", (route) => (route.request().method() === "POST" ? route.abort() : route.continue()));
    await reply.press("Enter");
    const form = page.getByRole("form", { name: "Reply to refused Tester" });
    await form.getByRole("alert").getByText("NewFeed cannot be reached").waitFor();
    expect(await reply.inputValue()).toBe("An answer");
    await page.unrouteAll();
    await reply.press("Enter");
    await page.getByRole("article", { name: "Reply by refused Tester" }).getByText("An answer").waitFor();
    await page.getByRole("button", { name: "Send" }).last().press("Enter");
    await page.getByRole("alert").getByText("Write something first.").waitFor();

    await page.getByRole("link", { name: "Home", exact: true }).click();
    const long = "x".repeat(lengths.post + 7);
    await field(page, "What's new?").fill(long);
    await page.getByText("-7", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Post", exact: true }).press("Enter");
    await page.getByRole("alert").getByText("Shorten the text by 7 characters.").waitFor();
    expect(await textOf(page, "What's new?")).toBe(long);

    await field(page, "What's new?").fill("With a picture");
    await page.route("**/api/v1/media/**", (route) => route.abort());
    await page
      .getByLabel("Add pictures, videos or documents")
      .first()
      .setInputFiles({ name: "sky.png", mimeType: "image/png", buffer: Buffer.from("no picture") });
    await page.getByRole("list", { name: "Attached files" }).getByRole("alert").waitFor();
    await page.getByRole("button", { name: "Post", exact: true }).press("Enter");
    await page.getByRole("alert").getByText("sky.png was not uploaded.").waitFor();
    // Still attached after a look at another page.
    await page.getByRole("link", { name: "Explore" }).click();
    await page.getByRole("link", { name: "Home", exact: true }).click();
    await page.getByRole("button", { name: "Remove sky.png" }).click();
    expect(await textOf(page, "What's new?")).toBe("With a picture");
  }, 120_000);

  test("is there once, though the answer to it got lost and it was sent again", async ({ skip }) => {
    stage.need(skip);
    const person = await feed.person("twice");
    const conversation = await conversationOf(person);
    const page = await stage.signIn(feed.url, person);
    const written = async (path: string): Promise<string[]> => (await feed.call("GET", path)).body.data.map(({ content }: { content: string }) => content);
    for (const { path, name, keys, list } of [
      { path: `/posts/${conversation.id}`, name: "Write a comment", keys: "Enter", list: `/api/v1/posts/${conversation.id}/comments` },
      { path: "/", name: "What's new?", keys: "Control+Enter", list: `/api/v1/users/${person.id}/posts` },
    ]) {
      let isLost = false;
      let arrived = () => {};
      const stored = new Promise<void>((resolve) => {
        arrived = resolve;
      });
      await page.goto(feed.url + path);
      await page.route(`**${list.includes("comments") ? list : "/api/v1/posts"}`, async (route) => {
        if (route.request().method() !== "POST" || isLost) return route.continue();
        isLost = true;
        await route.fetch();
        arrived();
      });
      await field(page, name).fill("Only once");
      await field(page, name).press(keys);
      await stored;
      await page.reload();
      await eventually(async () => expect(await textOf(page, name)).toBe("Only once"));
      const answered = page.waitForResponse(
        (response) => response.request().method() === "POST" && /\/(posts|comments)$/.test(new URL(response.url()).pathname),
      );
      await field(page, name).press(keys);
      expect((await answered).ok()).toBe(true);
      expect((await written(list)).filter((content) => content === "Only once")).toEqual(["Only once"]);
      await eventually(async () => expect(await textOf(page, name)).toBe(""));
    }
  }, 60_000);

  test("has its files again after a reload, uploaded or not, until it is sent", async ({ skip }) => {
    stage.need(skip);
    const page = await stage.signIn(feed.url, await feed.person("painter"));
    const files = page.getByRole("list", { name: "Attached files" });
    const uploaded = () => eventually(async () => expect(await files.getByRole("progressbar").count()).toBe(0));
    const attach = (name: string, buffer: Buffer) =>
      page.getByLabel("Add pictures, videos or documents").first().setInputFiles({ name, mimeType: "image/jpeg", buffer });
    const photo = await phonePhoto();
    await attach("first.jpg", photo);
    await files.getByRole("img", { name: "first.jpg" }).waitFor();
    await uploaded();
    // The second one is still on its way.
    await page.route(/\/media\/.*upload|\/upload\//, () => {});
    await attach("second.jpg", photo);
    await files.getByRole("progressbar").waitFor();
    const keptFiles = `new Promise((resolve) => {
      const opening = indexedDB.open("newfeed");
      opening.onsuccess = () => {
        const all = opening.result.transaction("files").objectStore("files").getAll();
        all.onsuccess = () => { opening.result.close(); resolve(all.result.map(({ name, media }) => [name, media !== undefined])); };
      };
    })`;
    const kept = async () => ((await page.evaluate(keptFiles)) as [string, boolean][]).sort();
    await eventually(async () =>
      expect(await kept()).toEqual([
        ["first.jpg", true],
        ["second.jpg", false],
      ]),
    );
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await page.reload();
    for (const name of ["first.jpg", "second.jpg"]) await files.getByRole("img", { name }).waitFor();
    await uploaded();
    await page.getByRole("button", { name: "Post", exact: true }).click();
    await page.getByRole("img", { name: "Picture 2 of 2 posted by painter Tester" }).waitFor();
    await eventually(async () => expect(await kept()).toEqual([]));
  }, 60_000);

  // DRAFTS=full: two hundred.
  test("is never lost when the page, the network or the server goes at any moment", async ({ skip }) => {
    stage.need(skip);
    const rounds = process.env.DRAFTS === "full" ? 200 : 6;
    const person = await feed.person("unlucky");
    const conversation = await conversationOf(person);
    const context = (await stage.signIn(feed.url, person)).context();
    const places = [
      { path: "/", name: "What's new?", keys: "Control+Enter", published: "/api/v1/posts" },
      { path: `/posts/${conversation.id}`, name: "Write a comment", keys: "Enter", published: `/api/v1/posts/${conversation.id}/comments` },
    ] as const;
    const upTo = (limit: number) => Math.floor(Math.random() * limit);
    for (let round = 0; round < rounds; round++) {
      const { path, name, keys, published } = places[upTo(places.length)] as (typeof places)[number];
      const text = `Round ${round} of many`;
      const typed = text.slice(0, `Round ${round} `.length + upTo(8)).trimEnd();
      const cause = round % 12 === 5 ? "server" : ["page", "network"][upTo(2)];
      const page = await context.newPage();
      await page.goto(feed.url + path);
      await field(page, name).fill("");
      await field(page, name).pressSequentially(typed);
      const sends =
        Math.random() < 0.7
          ? field(page, name)
              .press(keys)
              .catch(() => {})
          : undefined;
      if (cause === "server") await feed.kill();
      if (cause === "network") await context.setOffline(true);
      await page.close();
      await sends;
      await context.setOffline(false);
      if (cause === "server") await feed.start();

      const again = await context.newPage();
      await again.goto(feed.url + path);
      await eventually(async () => {
        const contents: string[] = (await feed.call("GET", published)).body.data.map(({ content }: { content: string }) => content);
        const written = [...contents, await textOf(again, name)];
        const kept = await again.evaluate(() => JSON.stringify(Object.entries(localStorage)));
        expect(
          written.some((one) => one.includes(typed)),
          `${typed} (${cause}) in ${name}: ${written.slice(-1)} of ${kept}`,
        ).toBe(true);
      }, 60_000);
      await again.close();
    }
  }, 1_800_000);
});
