import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readConfig } from "@newfeed/shared/runtime/config.ts";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { seedDemo } from "../app/demo.ts";
import { password, people } from "../app/demo-content.ts";
import { startFeed } from "../app/feed.ts";
import { openBrowser } from "./browser.ts";

const folder = fileURLToPath(new URL("../docs/screenshots", import.meta.url));
const desktop = { viewport: { width: 1280, height: 800 } };
const phone = { viewport: { width: 390, height: 780 }, isMobile: true, hasTouch: true, deviceScaleFactor: 1.5 };

interface Shot {
  name: string;
  look: typeof desktop | typeof phone;
  colorScheme: "light" | "dark";
  show: (page: Page) => Promise<unknown>;
}

const goTo = (path: string) => (page: Page) => page.goto(new URL(path, page.url()).href);
const openPicture = async (page: Page) => {
  await page
    .getByRole("article")
    .filter({ hasText: "north wall" })
    .getByRole("link", { name: /^Comments/ })
    .click();
  await page.getByRole("list", { name: "Comments" }).waitFor();
};

const shots: Shot[] = [
  { name: "home-desktop-light", look: desktop, colorScheme: "light", show: goTo("/") },
  { name: "post-desktop-dark", look: desktop, colorScheme: "dark", show: openPicture },
  { name: "home-phone-light", look: phone, colorScheme: "light", show: goTo("/") },
  { name: "post-phone-dark", look: phone, colorScheme: "dark", show: openPicture },
  { name: "notifications-phone-light", look: phone, colorScheme: "light", show: goTo("/notifications") },
  { name: "profile-phone-dark", look: phone, colorScheme: "dark", show: goTo("/@bob") },
];

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

/** The demo as alice sees it, in this machine's fonts (Inter, if installed: Debian's fonts-inter). */
const directory = mkdtempSync(join(tmpdir(), "newfeed-screenshots-"));
const feed = await startFeed(
  readConfig({ NODE_ENV: "test", PORT: String(await freePort()), NOTIFICATION_PORT: "0", GRPC_PORT: "0", NEWFEED_DATA_DIR: directory, LOG_LEVEL: "error" }),
);
const browser = await openBrowser();
try {
  await seedDemo(feed.url);
  mkdirSync(folder, { recursive: true });
  for (const { name, look, colorScheme, show } of browser ? shots : []) {
    const context = await browser?.newContext({ ...look, colorScheme, reducedMotion: "reduce" });
    const page = await context?.newPage();
    if (!page) break;
    await page.goto(`${feed.url}/login`);
    await page.getByLabel("E-mail or username").fill(Object.keys(people)[0] ?? "");
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("feed").waitFor();
    await show(page);
    await page.locator('.connection[data-state="live"]').waitFor();
    await page.waitForLoadState("networkidle");
    const file = join(folder, `${name}.png`);
    // 256 colours are enough for an interface, and a third of the bytes.
    const { size } = await sharp(await page.screenshot())
      .png({ palette: true, quality: 90, effort: 10 })
      .toFile(file);
    console.log(`${file} (${Math.round(size / 1000)} kB)`);
    await context?.close();
  }
} finally {
  await browser?.close();
  await feed.close();
  rmSync(directory, { recursive: true, force: true });
}
