import { pages } from "@newfeed/shared/contracts/pages.ts";

/** Formats of feeds for readers, with their media types: RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1. */
export const feedFormats = { rss: "application/rss+xml", atom: "application/atom+xml", json: "application/feed+json" } as const;
export type FeedFormat = keyof typeof feedFormats;
export const isFeedFormat = (text: string): text is FeedFormat => Object.hasOwn(feedFormats, text);

/** The path of a feed: that of a user's posts, or that of all public posts. */
export const feedPath = (format: FeedFormat, username?: string): string =>
  username === undefined ? `/feed.${format}` : `${pages.profile.replace(":username", username)}/feed.${format}`;

/** Where what an address shows is described for programs that embed it. */
export const embedAddress = (address: string, origin: string): string => `${origin}/oembed?url=${encodeURIComponent(address)}`;
