import type { ReadablePage } from "./page.ts";

const headPart = /<title>.*?<\/title>\s*<meta name="description"[^>]*>/s;
const bodyPart = /(?<=<noscript>).*?(?=<\/noscript>)/s;

/** Throws for a document without the parts that pages fill in. */
export function openDocument(document: string): (page: ReadablePage) => string {
  if (!headPart.test(document) || !bodyPart.test(document)) throw new Error("index.html has no title, no description or no noscript");
  // Within `noscript`, scripts see text and build nothing of it: what they show later moves nothing.
  return ({ head, body }) => document.replace(headPart, () => head.html).replace(bodyPart, () => body.html);
}
