import type { Page } from "playwright-core";
import { de } from "../../../web/src/texts/de.ts";
import { account } from "../../../web/src/texts/en/account.ts";
import { consoleTexts } from "../../../web/src/texts/en/console.ts";
import { pieces } from "../../../web/src/texts/en/pieces.ts";
import { profile } from "../../../web/src/texts/en/profile.ts";
import { settings } from "../../../web/src/texts/en/settings.ts";
import { unpublished } from "../../../web/src/texts/en/unpublished.ts";
import { en } from "../../../web/src/texts/en.ts";
import { messagesOf, said, valuesFor } from "../../../web/src/texts/messages.ts";

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** A sentence with something in brackets is several texts of the page. */
const patternsOf = (english: string): RegExp[] =>
  english
    .split(/[[\]]/)
    .map((part) => part.trim())
    .filter((part) => /\p{L}/u.test(part.replace(/‹\d›/g, "")))
    .map(
      (part) =>
        new RegExp(
          `^${escaped(part)
            .replace(/‹\\d›|‹\d›/g, ".+")
            .replace(/\d+/g, "[\\d,]+")}$`,
        ),
    );

/** Texts that are English, and those that are German, as patterns of whole texts. */
const [english, german] = [
  { ...en, ...account, ...consoleTexts, ...pieces, ...profile, ...settings, ...unpublished },
  { ...de.page, ...de.account },
].map((texts) => {
  const messages = messagesOf(texts);
  return [...messagesOf({ ...en, ...account, ...consoleTexts, ...pieces, ...profile, ...settings, ...unpublished })].flatMap(([key, message]) =>
    key.startsWith("server.") ? [] : [1, 2].flatMap((count) => patternsOf(said(messages.get(key) ?? "", valuesFor(message, count)))),
  );
}) as [RegExp[], RegExp[]];

/** Runs in the page: its texts, as they stand in elements, and those that screen readers and hovering show; not what users wrote. */
const textsOf = `(() => {
  const texts = [...document.body.querySelectorAll("[aria-label], [title], [placeholder], [alt]")].flatMap((element) =>
    ["aria-label", "title", "placeholder", "alt"].map((name) => element.getAttribute(name) ?? ""));
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) if (!walker.currentNode.parentElement.closest("script, noscript, bdi, [dir=auto]")) texts.push(walker.currentNode.data);
  return [...new Set([document.title.replace(/^\\(\\d+\\) | · NewFeed$/g, ""), ...texts].map((text) => text.trim()))];
})()`;

const isIn = (patterns: readonly RegExp[], text: string) => patterns.some((pattern) => pattern.test(text));

/** The English texts of the catalogue that a page shows. */
export async function englishIn(page: Page): Promise<string[]> {
  const texts: string[] = await page.evaluate(textsOf);
  return texts.filter((text) => isIn(english, text) && !isIn(german, text));
}
