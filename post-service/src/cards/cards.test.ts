import { expect, test } from "vitest";
import { firstLinkOf } from "./first-link.ts";
import { summaryOf } from "./page.ts";

test.each([
  ["see https://example.com/a?b=1#part and https://other.example/", [], "https://example.com/a?b=1"],
  ["see www.example.com, it is good", [], "https://www.example.com/"],
  ["no link", ["https://example.com/film.mp4"], "https://example.com/film.mp4"],
  ["https://user@example.com/", [], "https://example.com/"],
  ["no link", [], null],
  ["mail me@example.com", [], null],
  [`https://example.com/${"a".repeat(1_000)}`, [], null],
])("the card of %j, %j is of %j", (content, links, url) => {
  expect(firstLinkOf({ content, links })).toBe(url);
});

const read = (html: string, contentType = "text/html") => summaryOf(Buffer.from(html), contentType);

test("a page says of itself what its metadata say, or else its title", async () => {
  const head = `<title>Title</title><meta name="description" content="About"><meta property="og:site_name" content="Site">`;
  expect(await read(head)).toEqual({ title: "Title", description: "About", siteName: "Site" });
  expect(await read(`${head}<meta property="og:title" content="Better"><meta property="OG:Description" content="More">`)).toEqual({
    title: "Better",
    description: "More",
    siteName: "Site",
  });
  expect(await read(`${head}<body><meta property="og:title" content="A comment">`)).toMatchObject({ title: "Title" });
  expect(await read(`<body><title>Late</title>`)).toMatchObject({ title: "Late" });
  expect(await read("<p>words</p>")).toBeNull();
  expect(await read("")).toBeNull();
});

test("markup, overrides, controls and broken characters of strangers are no harm", async () => {
  const titleOf = async (title: string) => (await read(`<title>${title}</title>`))?.title;
  expect(await titleOf("<b>bold</b> &lt;script&gt;alert(1)&lt;/script&gt; &amp; more")).toBe("<b>bold</b> <script>alert(1)</script> & more");
  expect(await titleOf("abc\u202Efed \u2066g\u2069")).toBe("abcfed g");
  expect(await titleOf("a\u0000b\u0007c\n\n   d")).toMatch(/^a.?bc d$/);
  expect(await titleOf(`e${"\u0301".repeat(50)}`)).toBeUndefined();
  expect(await titleOf("a".repeat(300))).toBe(`${"a".repeat(199)}…`);
  expect(await titleOf("\u200B \u2060")).toBeUndefined();
  expect((await read("<svg><title>Icon</title></svg><title>Page</title>"))?.title).toBe("Page");
  expect((await read(`<script>document.write("<title>Wrong</title>")</script><!-- <title>Hidden</title> --><title>Right</title>`))?.title).toBe("Right");
});

test("a page in another encoding, or cut off, is read", async () => {
  const latin = Buffer.from("<title>Caf\u00e9</title>", "latin1");
  expect((await summaryOf(latin, "text/html; charset=ISO-8859-1"))?.title).toBe("Café");
  expect((await summaryOf(Buffer.concat([Buffer.from(`<meta charset="windows-1252">`), latin]), "text/html"))?.title).toBe("Café");
  expect((await summaryOf(Buffer.from("<title>Café</title>"), "text/html; charset=nonsense"))?.title).toBe("Café");
  expect((await read("<title>Cut o"))?.title).toBe("Cut o");
});

test.each(["<div>", "<p>", "<svg>", "<title>", "</div>", "<!--", "<a b='", "<a b ", "&", "&am", "<", "<meta name=description content=", "<table><tr>"])(
  "a page that is nothing but %j takes no time",
  async (part) => {
    const html = `<title>Title</title>${part.repeat(512_000 / part.length)}`;
    const began = performance.now();
    expect((await read(html))?.title).toBe("Title");
    // In steps that grow with the square of the page it would be hours.
    expect(performance.now() - began).toBeLessThan(15_000);
  },
);
