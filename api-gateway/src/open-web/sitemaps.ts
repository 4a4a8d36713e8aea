import { type Html, html } from "../readable/html.ts";
import { placeOfPost, profileOf } from "../readable/page.ts";

const dayMs = 24 * 60 * 60 * 1_000;
/** An index may name so many (https://www.sitemaps.org/protocol.html): 136 years. */
const mostDays = 50_000;

const document = (content: Html): string =>
  html`<?xml version="1.0" encoding="utf-8"?>
${content}
`.html;

/** Names the sitemap of each day from the first post's on, the newest first. Days are those of UTC. */
export function sitemapIndex(origin: string, first: Date, now: Date): string {
  const today = Math.floor(now.getTime() / dayMs);
  const days = Math.min(today - Math.floor(first.getTime() / dayMs) + 1, mostDays);
  const entries = Array.from({ length: Math.max(0, days) }, (_, ago) => {
    const day = new Date((today - ago) * dayMs).toISOString().slice(0, 10);
    return html`<sitemap><loc>${origin}/sitemaps/${day}.xml</loc></sitemap>\n`;
  });
  return document(html`<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${entries}</sitemapindex>`);
}

/** The public posts of a day, and the profiles of their authors. */
export function sitemapOfDay(origin: string, posts: readonly { id: string; username: string; updatedAt: string }[]): string {
  const profiles = [...new Set(posts.map((post) => profileOf(post)))];
  return document(html`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
${posts.map(({ id, updatedAt }) => html`<url><loc>${origin}${placeOfPost(id)}</loc><lastmod>${updatedAt}</lastmod></url>\n`)}${profiles.map(
  (place) => html`<url><loc>${origin}${place}</loc></url>\n`,
)}</urlset>`);
}
