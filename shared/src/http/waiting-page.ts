import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Problem } from "../contracts/errors.ts";
import { isNavigation } from "../contracts/pages.ts";

/** How long a browser waits before it asks again, in seconds. */
const refreshSeconds = 2;

/** Colours are those of the web client. */
const style = [
  ":root{color-scheme:light dark}",
  "body{display:grid;min-height:100dvh;place-content:center;margin:0;padding:24px;box-sizing:border-box;text-align:center;",
  'font:1rem/1.5 ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;',
  "background:light-dark(#f6f2ec,#121110);color:light-dark(#1f1b17,#f3eee8)}",
  "h1{margin:0 0 8px;font-size:1.375rem}p{margin:0;color:light-dark(#5b5249,#b8aea3)}",
].join("");

/** The page has no script and one style. */
export const waitingPagePolicy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; frame-ancestors 'none'`;

/**
 * A page for people while NewFeed cannot answer: it says why, and the browser asks again by itself. `reason` is a sentence of plain
 * words. It is one for all languages, as nginx sends it.
 */
export const waitingPage = (reason: string): string =>
  [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>NewFeed</title>',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="refresh" content="${refreshSeconds}"><style>${style}</style></head>`,
    `<body><main><h1>${reason}</h1><p>This page comes back by itself.</p>`,
    '<p lang="de">NewFeed ist gleich wieder da. Diese Seite kommt von selbst zurück.</p></main></body></html>',
  ].join("");

/** Answers a person with the page in place of the problem. Returns false, and answers nothing, for other clients. */
export function refuseNavigation({ method, url = "/", headers }: IncomingMessage, response: ServerResponse, { status, message, retryAfter }: Problem): boolean {
  if (!isNavigation(method, url.split("?", 1)[0] ?? "/", headers.accept)) return false;
  const body = waitingPage(message);
  response
    .writeHead(status, {
      "content-type": "text/html; charset=utf-8",
      "content-length": Buffer.byteLength(body),
      "content-security-policy": waitingPagePolicy,
      ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }),
    })
    .end(body);
  return true;
}
