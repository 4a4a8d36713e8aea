import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCommunityRules } from "@newfeed/moderation-service/community-rules.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestFeed, type TestFeed } from "./support/feed.ts";
import { freePort } from "./support/free-port.ts";
import { screens } from "./support/web/places.ts";
import { post, write } from "./support/web/posts.ts";
import { setStage } from "./support/web/stage.ts";

const directory = mkdtempSync(join(tmpdir(), "newfeed-rules-"));
const file = join(directory, "rules.txt");
const rules = "Be kind.\n\n1. No spam.\n2. <b>No</b> insults.";
const stage = setStage();
let feed: TestFeed;
beforeAll(async () => {
  writeFileSync(file, `${rules}\n`);
  feed = await startTestFeed({ PORT: String(await freePort()), RULES_FILE: file });
});
afterAll(async () => {
  await feed.close();
  rmSync(directory, { recursive: true, force: true });
});

test("the rules of the community are those of a file, which everyone can read", async () => {
  expect(await feed.call("GET", "/api/v1/community-rules")).toMatchObject({ status: 200, body: { text: rules } });
});

test("without a file there are none; one that is missing or too long is refused", async () => {
  expect(await readCommunityRules(null)).toBeNull();
  await expect(readCommunityRules(join(directory, "other.txt"))).rejects.toThrow(/^RULES_FILE: .+ cannot be read$/);
  const long = join(directory, "long.txt");
  writeFileSync(long, "x".repeat(70_000));
  await expect(readCommunityRules(long)).rejects.toThrow("more than 65536 bytes");
});

test.for(screens)("they have a page, and stand where one signs up and reports, $width pixels wide", { timeout: 60_000 }, async (viewport, { skip }) => {
  stage.need(skip);
  const [ann, ben] = [await feed.person("ann"), await feed.person("ben")];
  const visitor = await stage.visit(`${feed.url}/rules`, { viewport });
  await visitor.getByRole("heading", { name: "Rules of this community" }).waitFor();
  await visitor.getByText("2. <b>No</b> insults.").waitFor();
  if (process.env.SHOTS) await visitor.screenshot({ path: `${process.env.SHOTS}/community-rules-${viewport.width}.png` });
  await visitor.goto(`${feed.url}/signup`);
  await visitor.getByText("Rules of this community").click();
  await visitor.getByText("1. No spam.").waitFor();
  if (process.env.SHOTS) await visitor.screenshot({ path: `${process.env.SHOTS}/community-rules-sign-up-${viewport.width}.png` });
  await write(ben, `Cheap watches, ${viewport.width}`);
  const reader = await stage.signIn(feed.url, ann, { viewport });
  await reader.goto(`${feed.url}/explore`);
  await post(reader, `Cheap watches, ${viewport.width}`).getByRole("button", { name: "Post options" }).click();
  await reader.getByRole("menuitem", { name: "Report" }).click();
  const dialog = reader.getByRole("dialog", { name: "Report" });
  await dialog.getByText("Rules of this community").click();
  await dialog.getByText("1. No spam.").waitFor();
  if (process.env.SHOTS) await reader.screenshot({ path: `${process.env.SHOTS}/community-rules-report-${viewport.width}.png` });
  expect(await reader.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(viewport.width);
});
