import type { ReadablePage } from "./page.ts";

const languagePart = /<html lang="\w+">/;
const headPart = /<title>.*?<\/title>\s*<meta name="description"[^>]*>/s;
const bodyPart = /(?<=<noscript>).*?(?=<\/noscript>)/s;

/** Throws for a document without the parts that pages fill in. */
export function openDocument(document: string): (page: ReadablePage) => string {
  if (![languagePart, headPart, bodyPart].every((part) => part.test(document))) throw new Error("index.html has no language, title, description or noscript");
  // Within `noscript`, scripts see text and build nothing of it: what they show later moves nothing.
  return ({ language, head, body }) =>
    document
      .replace(languagePart, `<html lang="${language}">`)
      .replace(headPart, () => head.html)
      .replace(bodyPart, () => body.html);
}
