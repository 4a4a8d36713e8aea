import type { Post, User } from "@newfeed/shared/contracts/dto.ts";
import type { Language } from "@newfeed/shared/contracts/languages.ts";
import { pages } from "@newfeed/shared/contracts/pages.ts";
import { excerptOf, nameOf, placeOfPost, profileOf, summaryOf, uncoveredOf } from "../readable/page.ts";
import { readableTexts } from "../readable/texts.ts";
import { type FeedFormat, feedPath } from "./addresses.ts";

/** What XML 1.0 has no place for, escaped or not (section 2.2). */
const noXml = /[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;
const clean = (text: string): string => text.replace(noXml, "");

export interface FeedOptions {
  format: FeedFormat;
  language: Language;
  /** Of addresses. */
  origin: string;
  /** Whose posts they are; null for those of all. */
  user: User | null;
  posts: readonly Post[];
}

/** A feed of posts, the newest first. The same posts give the same text. */
export async function feedOf({ format, language, origin, user, posts }: FeedOptions): Promise<string> {
  // Loaded by the first who asks.
  const { Feed } = await import("feed");
  const texts = readableTexts[language];
  const addressOf = (path: string) => new URL(path, origin).href;
  const place = user ? profileOf(user) : pages.explore;
  const title = user ? texts.postsBy(nameOf(user)) : texts.publicPosts;
  const self = addressOf(feedPath(format, user?.username));
  const changes = [user?.createdAt, ...posts.map(({ updatedAt }) => updatedAt)].filter((at) => at !== undefined);
  const feed = new Feed({
    title: clean(title),
    description: clean(user?.bio ? excerptOf(user.bio) : title),
    id: addressOf(place),
    link: addressOf(place),
    language,
    // Of an absent one the library would take the time of this request.
    updated: new Date(Math.max(0, ...changes.map((at) => Date.parse(at)))),
    generator: "NewFeed",
    feedLinks: { [format]: self },
    feed: self,
    ...(user && { author: { name: clean(nameOf(user)), link: addressOf(place) } }),
  });
  for (const post of posts) {
    const link = addressOf(placeOfPost(post.id));
    const published = new Date(post.publishedAt ?? post.createdAt);
    const summary = summaryOf(post, language);
    const name = clean(nameOf(post.author));
    feed.addItem({
      title: clean((post.contentWarning ? null : post.title) ?? (summary || texts.postBy(name))),
      id: link,
      link,
      published,
      // RSS has one time for each item, and shows it as that of its publication.
      date: format === "rss" ? published : new Date(post.updatedAt),
      content: clean(uncoveredOf(post, language, origin).html),
      author: [{ name, link: addressOf(profileOf(post.author)) }],
    });
  }
  return format === "rss" ? feed.rss2() : format === "atom" ? feed.atom1() : feed.json1();
}
