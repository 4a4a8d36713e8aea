import { asMediaId, asPostId, asUserId } from "@newfeed/shared/contracts/ids.ts";
import { type Language, languages } from "@newfeed/shared/contracts/languages.ts";
import type { PostAggregate } from "@newfeed/shared/contracts/routes/query.ts";
import { expect, test } from "vitest";
import { openDocument } from "./document.ts";
import { html } from "./html.ts";
import { type PostWithQuote, postPage } from "./page.ts";

const id = "0197b1c0-7a3e-7c4b-9d2e-3f5a6b7c8d9e";
const at = "2026-03-01T12:00:00.000Z";
const author = { id: asUserId(id), username: "ann", fullName: "", avatarUrl: null };

const aggregate = (post: Partial<PostWithQuote>, hasNextPage = false): PostAggregate & { post: PostWithQuote } => ({
  post: {
    ...{ id: asPostId(id), author, title: null, content: "", postType: "TEXT", visibility: "public", status: "published", media: [], mediaUrls: [] },
    ...{
      sensitive: false,
      contentWarning: null,
      category: null,
      location: null,
      likeCount: 1,
      commentCount: 2,
      summary: null,
      linkCard: null,
      quotedPostId: null,
      quotedPost: null,
      quotable: true,
      poll: null,
      repostCount: 0,
      shareCount: 0,
      clientMutationId: null,
      publishAt: null,
      publishedAt: at,
      createdAt: at,
      updatedAt: at,
      revision: 1,
      moderation: null,
    },
    ...post,
  },
  comments: { data: [], pageInfo: { hasNextPage, endCursor: null, startCursor: null } },
});
const pageOf = (post: Partial<PostWithQuote>, language: Language = "en") => {
  const { head, body } = postPage(aggregate(post), "https://feed.example", language);
  return { head: head.html, body: body.html };
};

test("what is filled into a template is escaped, at every depth", () => {
  const hostile = `<img src=x onerror="alert('1')">&amp;`;
  const escaped = "&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;amp;";
  expect(html`<p title="${hostile}">${[hostile, html`<b>${hostile}</b>`]}${null}${false}${0}</p>`.html).toBe(
    `<p title="${escaped}">${escaped}<b>${escaped}</b>0</p>`,
  );
});

const picture = {
  id: asMediaId(id),
  kind: "image",
  url: "/media/a/b.webp",
  thumbnailUrl: "/media/a/t.webp",
  width: 800,
  height: 600,
  duration: null,
  blurhash: null,
  name: null,
  bytes: 4_000,
  alt: null,
} as const;

test("a document is a download, and no picture of the page", () => {
  const report = {
    ...picture,
    kind: "document",
    url: "/media/a/b.pdf",
    thumbnailUrl: null,
    width: null,
    height: null,
    name: "<b>.pdf",
    alt: "All figures",
  } as const;
  const { head, body } = pageOf({ content: "", media: [report] });
  expect(body).toContain('<a href="/media/a/b.pdf" download>&lt;b&gt;.pdf</a> All figures');
  expect(body).not.toContain("<img");
  expect(head).toContain('content="&lt;b&gt;.pdf"');
  expect(head).not.toContain("og:image");
});

test("a picture is what others' pages show of a post, with its address, shape and description", () => {
  const { head, body } = pageOf({ media: [picture] });
  for (const [property, content] of Object.entries({
    "og:type": "article",
    "og:title": "Post by ann",
    "og:description": "Picture posted by ann",
    "og:url": `https://feed.example/posts/${id}`,
    "og:image": "https://feed.example/media/a/b.webp",
    "og:image:width": "800",
    "og:image:alt": "Picture posted by ann",
    "twitter:card": "summary_large_image",
  }))
    expect(head).toContain(`<meta property="${property}" content="${content}" />`);
  expect(body).toContain('<img src="/media/a/b.webp" alt="Picture posted by ann" loading="lazy" width="800" height="600">');

  const video = pageOf({ media: [{ ...picture, kind: "video" }] });
  expect(video.head).toContain('<meta property="og:image" content="https://feed.example/media/a/t.webp" />');
  expect(video.body).toContain('poster="/media/a/t.webp"');
});

test("a picture with an alt text is described by it, on the page and on others' pages", () => {
  const { head, body } = pageOf({ media: [{ ...picture, alt: 'A "red" boat' }] });
  expect(head).toContain('<meta property="og:image:alt" content="A &quot;red&quot; boat" />');
  expect(body).toContain('alt="A &quot;red&quot; boat"');
});

test("sensitive media are behind a summary, and on no other page", () => {
  const { head, body } = pageOf({ content: "Look away", media: [picture], sensitive: true });
  expect(head).not.toContain("og:image");
  expect(head).toContain('content="Look away"');
  expect(body).toMatch(/Look away.*<details><summary dir="auto">Sensitive media<\/summary><img [^>]*><\/details>/s);
});

test("a post with a content warning is behind it, and other pages have the warning alone", () => {
  const { head, body } = pageOf({ title: "The butler", content: "It was him", media: [picture], contentWarning: "Spoilers" }, "de");
  for (const told of ["The butler", "It was him", "og:image"]) expect(head).not.toContain(told);
  expect(head).toContain('<meta name="description" content="Inhaltswarnung: Spoilers" />');
  const [before, within] = body.split("<details>");
  expect(before).not.toMatch(/butler|him|<img/);
  expect(within).toMatch(/^<summary dir="auto">Inhaltswarnung: Spoilers<\/summary>.*The butler.*It was him.*<img .*<\/details>/s);
});

test("a post says where it was written, behind its warning", () => {
  expect(pageOf({ content: "Good morning", location: "<At> the lake" }).body).toMatch(/Good morning.*<p dir="auto">Location: &lt;At&gt; the lake<\/p>/s);
  expect(pageOf({ content: "Good morning", location: "At the lake", contentWarning: "Water" }, "de").body).toMatch(/<details>.*Ort: At the lake.*<\/details>/s);
});

test("the card of a link stands in place of the link, behind a warning, and is escaped", () => {
  const linkCard = { url: "https://example.com/a?b=1&c=2", title: "<b>Ships</b>", description: "All of them", siteName: "" };
  const { body } = pageOf({ content: "Look", linkCard, mediaUrls: [linkCard.url, "https://example.com/other"] });
  expect(body).toContain(
    '<blockquote><p class="plain__by">example.com</p><p dir="auto"><a href="https://example.com/a?b=1&amp;c=2" rel="noopener noreferrer nofollow ugc">&lt;b&gt;Ships&lt;/b&gt;</a></p><p dir="auto">All of them</p></blockquote>',
  );
  expect(body.split("https://example.com/a?").length).toBe(2);
  expect(body).toContain("https://example.com/other");
  expect(pageOf({ linkCard: { ...linkCard, description: "", siteName: "The harbour" } }).body).toContain("example.com · <bdi>The harbour</bdi>");
  expect(pageOf({ linkCard, contentWarning: "Storms" }).body.split("<details>")[0]).not.toContain("Ships");
});

test("a quoted post is a link with its beginning or its warning, or is not there, and what others' pages show says nothing of it", () => {
  const quotedPost = {
    id: asPostId(id),
    author,
    title: "The harbour",
    content: "<b>at dawn",
    sensitive: false,
    contentWarning: null,
    media: [],
    poll: null,
    publishedAt: at,
    createdAt: at,
  };
  const quoting = (quoted: PostWithQuote["quotedPost"], more = {}) => pageOf({ content: "Look", quotedPostId: asPostId(id), quotedPost: quoted, ...more });
  const { head, body } = quoting(quotedPost);
  expect(body).toMatch(/Look.*<blockquote>.*@ann.*<a href="\/posts\/[^"]+">The harbour\. &lt;b&gt;at dawn<\/a><\/p><\/blockquote>/s);
  expect(head).not.toContain("harbour");
  const warned = quoting({ ...quotedPost, contentWarning: "Storms" }).body;
  expect(warned).toContain("Content warning: Storms</a>");
  expect(warned).not.toContain("harbour");
  expect(quoting(null).body).toContain("<blockquote><p>The quoted post is no longer available.</p></blockquote>");
  expect(quoting(quotedPost, { contentWarning: "Storms" }).body.split("<details>")[0]).not.toContain("harbour");
});

test("a description is the beginning of the text in one line, up to the end of a word", () => {
  const description = (content: string) => /name="description" content="([^"]*)"/.exec(pageOf({ content }).head)?.[1];
  expect(description("Two\n\nlines ")).toBe("Two lines");
  expect(description("word ".repeat(60))).toBe(`${"word ".repeat(40).trim()}…`);
  expect(description("🙂".repeat(150))).toBe(`${"🙂".repeat(100)}…`);
});

test("links of a post lead to the web only", () => {
  const { body } = pageOf({ mediaUrls: ["javascript:alert(1)", "https://example.com/x"] });
  expect(body).not.toContain("javascript:");
  expect(body).toContain('href="https://example.com/x"');
});

test("a page is in the reader's language, and says so", () => {
  const whole = `<!doctype html><html lang="en"><title>NewFeed</title> <meta name="description" content="A feed"><noscript>None</noscript></html>`;
  const document = openDocument(whole)(postPage(aggregate({ content: "Hi" }), "https://feed.example", "de"));
  expect(document).toMatch(/^<!doctype html><html lang="de"><title>Beitrag von ann · NewFeed<\/title>/);
  for (const text of ["1. März 2026", "1 Like · 2 Kommentare", "Ohne JavaScript kannst du diesen Beitrag lesen."]) expect(document).toContain(text);
  for (const language of languages) expect(pageOf({}, language).body).toContain("ann");
});
