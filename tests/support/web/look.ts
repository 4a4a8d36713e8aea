import type { Page } from "playwright-core";

/** Where pictures of pages are kept for a developer's eyes; none are without `WEB_PICTURES`. */
const folder = process.env.WEB_PICTURES;

export const look = async (page: Page, name: string): Promise<void> => void (folder && (await page.screenshot({ path: `${folder}/${name}.png` })));
