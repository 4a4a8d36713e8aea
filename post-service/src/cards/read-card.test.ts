import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createOutside } from "@newfeed/shared/http/outside.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readCard } from "./read-card.ts";

const head = `<title>A page</title><meta property="og:description" content="About <b>it</b>">`;
const site = createServer((request, response) => {
  response.setHeader("content-type", request.url === "/data" ? "application/json" : "text/html");
  if (request.url === "/huge") response.end(head + "<p>words".repeat(200_000));
  else if (request.url === "/inside") response.writeHead(302, { location: `http://127.0.0.2:${port()}/` }).end();
  else if (request.url === "/ours") response.writeHead(302, { location: `http://localhost:${port()}/` }).end();
  else if (request.url === "/gone") response.writeHead(410).end(head);
  else response.end(head);
});
const port = () => (site.address() as AddressInfo).port;
beforeAll(() => new Promise<void>((resolve) => site.listen(0, resolve)));
afterAll(() => {
  site.closeAllConnections();
  site.close();
});

const outside = createOutside({ userAgent: "NewFeed", lookup: async () => ["127.0.0.1"], mayConnect: (address) => address === "127.0.0.1" }).fetch;
const read = (own: string[], url: string) => readCard(outside, own, url, new AbortController().signal);
const cardOf = (path: string) => read([], `http://127.0.0.1:${port()}${path}`);
const card = { title: "A page", description: "About <b>it</b>", siteName: "" };

test("a page is read, and of a huge one its beginning", async () => {
  expect(await cardOf("/")).toEqual(card);
  expect(await cardOf("/huge")).toEqual(card);
});

test.each(["/data", "/inside", "/gone"])("%s has no card", async (path) => {
  expect(await cardOf(path)).toBeNull();
});
test("a page of ours has no card, also by a redirect", async () => {
  const own = [`http://localhost:${port()}`];
  const cards = [`http://127.0.0.1:${port()}/ours`, `http://localhost:${port()}/`].map((url) => [read(own, url), read([], url)]);
  expect(await Promise.all(cards.map((each) => Promise.all(each)))).toEqual([
    [null, card],
    [null, card],
  ]);
});
test("what cannot be called has no card", async () => {
  expect(await read([], `http://127.0.0.2:${port()}/`)).toBeNull();
});
