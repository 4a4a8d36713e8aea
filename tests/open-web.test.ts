import { eventually } from "@newfeed/shared/testing/eventually.ts";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Person, startTestFeed, type TestFeed } from "./support/feed.ts";
import { upload } from "./support/uploads.ts";

const origin = "https://feed.example";
let feed: TestFeed;
beforeAll(async () => {
  feed = await startTestFeed({ PUBLIC_URL: origin });
});
afterAll(() => feed.close());

const get = (path: string, headers: Record<string, string> = {}) => feed.call("GET", path, undefined, { accept: "*/*", ...headers });
const write = async (author: Person, post: Record<string, unknown>): Promise<string> =>
  (await author.post("/api/v1/posts", { postType: "TEXT", ...post })).body.id;

/** A document of valid XML, as objects; attributes begin with `@_`. */
function parsed(xml: string) {
  expect(XMLValidator.validate(xml)).toBe(true);
  return new XMLParser({ ignoreAttributes: false, processEntities: true, isArray: (name) => ["item", "entry", "url", "sitemap"].includes(name) }).parse(xml);
}

interface Item {
  title: string;
  link: string;
  content: string;
}
/** What each format says of its posts. */
const formats: Record<string, (body: string | object) => { title: string; items: Item[] }> = {
  rss: (body) => {
    const { channel } = parsed(body as string).rss;
    return {
      title: channel.title,
      items: (channel.item ?? []).map((item: Record<string, string>) => ({ title: item["title"], link: item["link"], content: item["content:encoded"] })),
    };
  },
  atom: (body) => {
    const { feed } = parsed(body as string);
    const textOf = (value: string | { "#text": string }) => (typeof value === "string" ? value : value["#text"]);
    return {
      title: feed.title,
      items: (feed.entry ?? []).map((entry: { title: string; link: { "@_href": string }; content: string }) => ({
        title: textOf(entry.title),
        link: entry.link["@_href"],
        content: textOf(entry.content),
      })),
    };
  },
  json: (body) => {
    const { title, items } = body as { title: string; items: { title: string; url: string; content_html: string }[] };
    return { title, items: items.map(({ title, url, content_html: content }) => ({ title, link: url, content })) };
  },
};
const types: Record<string, string> = { rss: "application/rss+xml", atom: "application/atom+xml", json: "application/feed+json" };

describe.each(Object.keys(formats))("a feed for readers, as %s", (format) => {
  const read = async (path: string) => {
    const { status, headers, body } = await get(`${path}/feed.${format}`);
    expect([status, headers.get("content-type")]).toEqual([200, `${types[format]}; charset=utf-8`]);
    return formats[format]?.(body) ?? expect.fail();
  };

  test("has the public posts of a user, the newest first, with whole addresses, and their texts as text", async () => {
    const author = await feed.person("writer");
    await author.patch("/api/v1/users/me", { fullName: 'A. "Quote" <b> & Söhne' });
    const first = await write(author, { content: `<script>alert(1)</script> ]]> & @${author.username} 👩‍👩‍👧`, title: 'The "first" & <only>' });
    const second = await write(author, { content: "A picture, too", postType: "IMAGE", mediaIds: [(await upload(author)).id] });
    await write(author, { content: "For followers alone", visibility: "followers" });
    await write(author, { content: "A draft", status: "draft" });
    const { title, items } = await read(`/@${author.username}`);
    expect(title).toContain("Söhne");
    expect(items.map(({ title, link }) => [title, link])).toEqual([
      ["A picture, too", `${origin}/posts/${second}`],
      ['The "first" & <only>', `${origin}/posts/${first}`],
    ]);
    expect(items[1]?.content).toContain("&lt;script&gt;alert(1)&lt;/script&gt; ]]&gt; &amp; ");
    expect(items[1]?.content).toContain(`<a href="${origin}/@${author.username}">`);
    expect(items[0]?.content).toMatch(/<img src="https?:\/\//);

    const before = await get(`/@${author.username}/feed.${format}`);
    const again = () => get(`/@${author.username}/feed.${format}`, { "if-none-match": before.headers.get("etag") ?? "", "cache-control": "max-age=0" });
    expect((await again()).status).toBe(304);
    await author.delete(`/api/v1/posts/${second}`);
    expect((await again()).status).toBe(200);
    expect((await read(`/@${author.username}`)).items.map(({ link }) => link)).toEqual([`${origin}/posts/${first}`]);

    expect((await author.patch("/api/v1/users/me/preferences", { privateAccount: true })).status).toBe(200);
    await eventually(async () => expect((await read(`/@${author.username}`)).items).toEqual([]));
    expect(JSON.stringify(await read(""))).not.toContain(author.username);
  });

  test("has the public posts of all, and none of those that are not, for all clients", async () => {
    const author = await feed.person("public");
    const [shown, hidden] = [await write(author, { content: "Seen by all" }), await write(author, { content: "Seen by few", visibility: "followers" })];
    for (const headers of [{}, { authorization: `Bearer ${author.token}` }] as Record<string, string>[]) {
      const { body } = await get(`/feed.${format}`, headers);
      const text = typeof body === "string" ? body : JSON.stringify(body);
      expect([text.includes(shown), text.includes(hidden)]).toEqual([true, false]);
    }
    expect((await get(`/feed.${format}`, { "accept-language": "de" })).headers.get("vary")).toMatch(/accept-language/i);
    expect(formats[format]?.((await get(`/feed.${format}`, { "accept-language": "de" })).body).title).toBe("Öffentliche Beiträge auf NewFeed");
  });

  test("shows nothing that its author warns of", async () => {
    const author = await feed.person("careful");
    const media = (await upload(author)).id;
    await write(author, { title: "The end", content: "Rosebud is a sledge", contentWarning: "spoilers", postType: "IMAGE", mediaIds: [media] });
    const id = await write(author, { content: "An operation", sensitive: true, postType: "IMAGE", mediaIds: [(await upload(author)).id] });
    const { items } = await read(`/@${author.username}`);
    expect(items.map(({ title }) => title)).toEqual(["An operation", expect.stringContaining("spoilers")]);
    expect(JSON.stringify(items)).not.toMatch(/Rosebud|The end|<img/);
    const embed = (await get(`/oembed?url=${origin}/posts/${id}`)).body;
    expect([embed.title, embed.thumbnail_url]).toEqual(["An operation", undefined]);
  });

  test("shows of a quoted post what a visitor sees", async () => {
    const [author, quoting] = [await feed.person("quoted"), await feed.person("quoting")];
    const quotedPostId = await write(author, { content: "The <harbour> at dawn" });
    await write(quoting, { content: "Look at this", quotedPostId });
    const content = async () => (await read(`/@${quoting.username}`)).items[0]?.content ?? "";
    expect(await content()).toContain(`<a href="${origin}/posts/${quotedPostId}">The &lt;harbour&gt; at dawn</a>`);
    expect(await content()).toContain(`<a href="${origin}/@${author.username}">`);
    await author.patch(`/api/v1/posts/${quotedPostId}`, { visibility: "followers" });
    await eventually(async () => expect(await content()).toContain("<blockquote><p>The quoted post is no longer available.</p></blockquote>"));
    expect(await content()).not.toContain("harbour");
  });

  test("is there for users alone", async () => {
    for (const name of ["nobody_here", "x", "no-name"]) expect((await get(`/@${name}/feed.${format}`)).status).toBe(404);
  });
});

test("other formats are none", async () => {
  for (const path of ["/feed.xml", "/feed.constructor", "/feed."]) expect((await get(path)).status).toBe(404);
});

describe("a sitemap", () => {
  const today = () => new Date().toISOString().slice(0, 10);
  const placesOf = async (day: string): Promise<string[]> =>
    (parsed((await get(`/sitemaps/${day}.xml`)).body).urlset.url ?? []).map(({ loc }: { loc: string }) => loc);

  test("names each day, and of a day what visitors see and whose it is", async () => {
    const author = await feed.person("mapped");
    const [shown, hidden] = [await write(author, { content: "On the map" }), await write(author, { content: "Off the map", visibility: "followers" })];
    expect((await get("/robots.txt")).body).toContain(`Sitemap: ${origin}/sitemap.xml\n`);
    const { status, headers, body } = await get("/sitemap.xml");
    expect([status, headers.get("content-type")]).toEqual([200, "application/xml; charset=utf-8"]);
    expect(parsed(body).sitemapindex.sitemap.map(({ loc }: { loc: string }) => loc)).toContain(`${origin}/sitemaps/${today()}.xml`);
    const places = await placesOf(today());
    expect(places).toEqual(expect.arrayContaining([`${origin}/posts/${shown}`, `${origin}/@${author.username}`]));
    expect(places).not.toContain(`${origin}/posts/${hidden}`);
    expect(new Set(places).size).toBe(places.length);
    expect(await placesOf("2001-02-03")).toEqual([]);

    await author.delete(`/api/v1/posts/${shown}`);
    expect(await placesOf(today())).not.toContain(`${origin}/posts/${shown}`);
    const other = await write(author, { content: "Still there" });
    expect(await placesOf(today())).toContain(`${origin}/posts/${other}`);
    await author.patch("/api/v1/users/me/preferences", { privateAccount: true });
    await eventually(async () => expect((await placesOf(today())).filter((place) => place.includes(other) || place.includes(author.username))).toEqual([]));
  });

  test("of what is no day is none", async () => {
    for (const day of ["2026-02-31", "today", "2026-1-1"]) expect((await get(`/sitemaps/${day}.xml`)).status).toBe(404);
  });
});

describe("oEmbed", () => {
  const embed = (url: string, format = "") => get(`/oembed?url=${encodeURIComponent(url)}${format && `&format=${format}`}`);

  test("says of a post and a profile what they are and whose, as their pages say where", async () => {
    const author = await feed.person("embedded");
    const id = await write(author, { content: "Look & see", postType: "IMAGE", mediaIds: [(await upload(author)).id] });
    const place = `${origin}/posts/${id}`;
    const { status, body } = await embed(place);
    expect([status, body]).toEqual([
      200,
      {
        version: "1.0",
        type: "link",
        title: "Look & see",
        author_name: "embedded Tester",
        author_url: `${origin}/@${author.username}`,
        provider_name: "NewFeed",
        provider_url: origin,
        thumbnail_url: expect.stringMatching(/^https?:/),
        thumbnail_width: expect.any(Number),
        thumbnail_height: expect.any(Number),
      },
    ]);
    expect(parsed((await embed(place, "xml")).body).oembed).toMatchObject({ version: 1, title: "Look & see", author_url: body.author_url });
    expect((await embed(body.author_url)).body).toMatchObject({ title: "embedded Tester", type: "link" });

    for (const path of [`/posts/${id}`, `/@${author.username}`])
      await eventually(async () => {
        const page: string = (await get(path, { accept: "text/html" })).body;
        const links = [...page.matchAll(/<link rel="alternate" type="([^"]+)" title="[^"]+" href="([^"]+)"/g)].map(([, type, href]) => [
          type,
          href?.replaceAll("&amp;", "&"),
        ]);
        expect(links).toContainEqual(["application/json+oembed", `${origin}/oembed?url=${encodeURIComponent(origin + path)}`]);
        if (path.startsWith("/@")) expect(links).toContainEqual(["application/rss+xml", `${origin}${path}/feed.rss`]);
      });
  });

  test("says nothing of what visitors do not see, and of other sites", async () => {
    const author = await feed.person("unseen");
    const id = await write(author, { content: "For followers alone", visibility: "followers" });
    for (const url of [`${origin}/posts/${id}`, `${origin}/@nobody_here`, `${origin}/explore`, "https://elsewhere.example/posts/1", "no address"])
      expect([url, (await embed(url)).body.code]).toEqual([url, "not_found"]);
    for (const path of ["/oembed", "/oembed?url=", `/oembed?url=${origin}/&format=yaml`])
      expect([path, (await get(path)).body.code]).toEqual([path, "validation_failed"]);
  });
});
