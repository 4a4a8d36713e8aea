import type { Comment, Post, QuotedPost, User } from "@newfeed/shared/contracts/dto.ts";
import type { Language } from "@newfeed/shared/contracts/languages.ts";
import type { LinkCard } from "@newfeed/shared/contracts/link-card.ts";
import { pages } from "@newfeed/shared/contracts/pages.ts";
import type { PollResult } from "@newfeed/shared/contracts/poll.ts";
import { labelOf, piecesOf } from "@newfeed/shared/contracts/rich-text.ts";
import type { PostAggregate } from "@newfeed/shared/contracts/routes/query.ts";
import { embedAddress, type FeedFormat, feedFormats, feedPath } from "../open-web/addresses.ts";
import { type Html, html } from "./html.ts";
import { readableTexts } from "./texts.ts";

/** A page for readers without scripts: what stands in the document's head, and in its `noscript`. */
export interface ReadablePage {
  language: Language;
  head: Html;
  body: Html;
}

type Author = Post["author"];
type AggregatedPost = PostAggregate["post"];
/** With what a visitor sees of the post that it quotes; null where that is nothing. */
export type PostWithQuote = AggregatedPost & { quotedPost: QuotedPost | null };

const dayIn = (language: Language) => new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" });
const days: Record<Language, Intl.DateTimeFormat> = { en: dayIn("en"), de: dayIn("de") };
const longestExcerpt = 200;

export const nameOf = ({ fullName, username }: Author): string => fullName || username;
export const profileOf = ({ username }: Pick<Author, "username">): string => pages.profile.replace(":username", username);
export const placeOfPost = (id: string): string => pages.post.replace(":id", id);

export const placeOfComment = ({ postId, id }: Pick<Comment, "postId" | "id">): string => pages.comment.replace(":postId", postId).replace(":commentId", id);

/** The beginning of a text, in one line. */
export function excerptOf(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  if (line.length <= longestExcerpt) return line;
  const cut = line.slice(0, longestExcerpt);
  const end = line.lastIndexOf(" ", longestExcerpt);
  return `${(end > longestExcerpt / 2 ? cut.slice(0, end) : cut).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

const outerLink = (address: string, label: string): Html => html`<a href="${address}" rel="noopener noreferrer nofollow ugc">${label}</a>`;

/** `origin`: of the addresses in it, where they are not to be those of the page; or else empty. */
export const richText = (text: string, origin = ""): Html[] =>
  piecesOf(text).map((piece) => {
    switch (piece.kind) {
      case "mention":
        return html`<a href="${origin}/@${piece.username}">${piece.text}</a>`;
      case "link":
        return outerLink(piece.url.href, labelOf(piece));
      case "mail":
        return html`<a href="mailto:${piece.text}">${piece.text}</a>`;
      default:
        return html`${piece.text}`;
    }
  });

/** Who wrote something and when, with the address of its page if it has one. */
export const byline = (author: Author, at: string, language: Language, { origin = "", place = "" } = {}): Html => {
  const time = html`<time datetime="${at}">${days[language].format(new Date(at))}</time>`;
  return html`<p class="plain__by"><a href="${origin}${profileOf(author)}"><bdi>${nameOf(author)}</bdi></a> @${author.username} · ${place ? html`<a href="${origin}${place}">${time}</a>` : time}</p>`;
};

/** A comment as an item of a list, with the address of its page. */
export const commentItem = (comment: Omit<Comment, "likedByMe">, language: Language): Html =>
  html`<li>${comment.author && !comment.deleted ? html`${byline(comment.author, comment.createdAt, language, { place: placeOfComment(comment) })}<p class="plain__text" dir="auto">${richText(comment.content)}</p>` : html`<p>${readableTexts[language].deletedComment}</p>`}</li>`;

/** A picture, a video, or a link to a document, of a post. `by`: who posted it. */
function mediaItem(
  { kind, url, thumbnailUrl, width, height, name, alt }: Post["media"][number],
  by: string,
  language: Language,
  addressOf: (path: string) => string,
): Html {
  const texts = readableTexts[language];
  const size = width && height ? html` width="${width}" height="${height}"` : null;
  switch (kind) {
    case "document":
      return html`<p dir="auto"><a href="${addressOf(url)}" download>${name}</a>${alt && html` ${alt}`}</p>`;
    case "video":
      return html`<video src="${addressOf(url)}" controls preload="metadata" aria-label="${alt || texts.videoBy(by)}"${size}${thumbnailUrl && html` poster="${addressOf(thumbnailUrl)}"`}></video>`;
    case "image":
      return html`<img src="${addressOf(url)}" alt="${alt || texts.pictureBy(by)}" loading="lazy"${size}>`;
  }
}

/** The addresses that a post shows beside its text. */
const linksOf = ({ mediaUrls, media, linkCard }: AggregatedPost): URL[] =>
  mediaUrls
    .filter((url) => url !== linkCard?.url && media.every((item) => item.url !== url) && /^https?:/i.test(url) && URL.canParse(url))
    .map((url) => new URL(url));

/** Loaded and shown when the reader opens it. */
const folded = (summary: string, content: Html): Html => html`<details><summary dir="auto">${summary}</summary>${content}</details>`;

/** The beginning of a quoted post, or of its warning, as a link: what more there is stands at the post itself. */
const quoteOf = (quoted: QuotedPost | null, language: Language, origin: string): Html => {
  const texts = readableTexts[language];
  if (!quoted) return html`<blockquote><p>${texts.quoteGone}</p></blockquote>`;
  const { id, author, publishedAt, createdAt } = quoted;
  return html`<blockquote>${byline(author, publishedAt ?? createdAt, language, { origin })}<p dir="auto"><a href="${origin}${placeOfPost(id)}">${summaryOf(quoted, language) || texts.postBy(nameOf(author))}</a></p></blockquote>`;
};

/** The result of a poll. */
const pollResult = ({ options, votes, endsAt, closed }: PollResult, language: Language): Html => {
  const texts = readableTexts[language];
  const shares = options.map((option) => (votes === 0 ? 0 : Math.round((100 * option.votes) / votes)));
  return html`<ul>${options.map((option, at) => html`<li dir="auto">${texts.pollOption(option.text, option.votes, shares[at] ?? 0)}</li>`)}</ul><p class="plain__facts">${texts.poll(votes, endsAt && days[language].format(new Date(endsAt)), closed)}</p>`;
};

/** What the page says of itself that a post links to. Where it is comes first, since a page may call itself anything. */
const cardOf = ({ url, title, description, siteName }: LinkCard): Html =>
  html`<blockquote><p class="plain__by">${new URL(url).host}${siteName && html` · <bdi>${siteName}</bdi>`}</p><p dir="auto">${outerLink(url, title)}</p>${description && html`<p dir="auto">${description}</p>`}</blockquote>`;

/** What a post says and shows, behind its warnings; with whole addresses where an origin is given. */
const contentOf = (post: PostWithQuote, language: Language, origin = ""): Html => {
  const { content, title, location, media, author, sensitive, contentWarning, linkCard, poll } = post;
  const texts = readableTexts[language];
  const addressOf = (path: string) => (origin ? new URL(path, origin).href : path);
  const shownMedia = html`${media.map((item) => mediaItem(item, nameOf(author), language, addressOf))}`;
  const shown = html`${title && html`<h2 dir="auto">${title}</h2>`}${content && html`<p class="plain__text" dir="auto">${richText(content, origin)}</p>`}${poll && pollResult(poll, language)}${sensitive && media.length > 0 ? folded(texts.sensitive, shownMedia) : shownMedia}${linksOf(post).map(({ href }) => html`<p>${outerLink(href, href)}</p>`)}${linkCard && cardOf(linkCard)}${post.quotedPostId && quoteOf(post.quotedPost, language, origin)}${location && html`<p dir="auto">${texts.location(location)}</p>`}`;
  return contentWarning ? folded(texts.contentWarning(contentWarning), shown) : shown;
};

/** The beginning of what a post says; of one with a warning, what it warns of. */
export const summaryOf = ({ title, content, contentWarning }: Pick<AggregatedPost, "title" | "content" | "contentWarning">, language: Language): string =>
  excerptOf(contentWarning ? readableTexts[language].contentWarning(contentWarning) : [title, content].filter(Boolean).join(". "));

/** What is given to those who show it without asking their reader first: nothing that the author warns of. */
export const uncoveredOf = (post: PostWithQuote, language: Language, origin: string): Html => {
  if (post.contentWarning) return html`<p dir="auto">${summaryOf(post, language)}</p>`;
  if (!post.sensitive || post.media.length === 0) return contentOf(post, language, origin);
  const shown = new Set(post.media.map(({ url }) => url));
  const without = { ...post, media: [], mediaUrls: post.mediaUrls.filter((url) => !shown.has(url)) };
  return html`${contentOf(without, language, origin)}<p>${readableTexts[language].sensitive}</p>`;
};

/** A sentence in which a name keeps its direction to itself. */
export function aroundName(sentence: (name: string) => string, name: string): Html {
  const [before = "", after = ""] = sentence("\0").split("\0");
  return html`${before}<bdi>${name}</bdi>${after}`;
}

/** What others' pages show of this one (https://ogp.me), and search engines. */
export function headOf(
  title: string,
  place: string,
  description: string,
  properties: Readonly<Record<string, string | number | null | undefined>>,
  alternates: readonly { type: string; title: string; href: string }[],
  origin: string,
): Html {
  const address = new URL(place, origin).href;
  const all = { "og:site_name": "NewFeed", "og:title": title, "og:description": description, "og:url": address, ...properties };
  return html`<title>${title} · NewFeed</title>
    <meta name="description" content="${description}" />
    <link rel="canonical" href="${address}" />${alternates.map(
      (alternate) => html`
    <link rel="alternate" type="${alternate.type}" title="${alternate.title}" href="${alternate.href}" />`,
    )}${Object.entries(all).map(
      ([property, content]) =>
        content !== null &&
        content !== undefined &&
        html`
    <meta property="${property}" content="${content}" />`,
    )}`;
}

export const frame = (content: Html, missing: string): Html => html`<div class="plain">
      <header><a class="plain__brand" href="/">NewFeed</a></header>
      <main>${content}</main>
      <footer><p>${missing}</p></footer>
    </div>`;

const feedFormatNames = Object.keys(feedFormats) as FeedFormat[];
const embedLink = (place: string, title: string, origin: string) => ({
  type: "application/json+oembed",
  title,
  href: embedAddress(new URL(place, origin).href, origin),
});

/** A post with its newest comments, the oldest of them first. */
export function postPage({ post, comments }: PostAggregate & { post: PostWithQuote }, origin: string, language: Language): ReadablePage {
  const texts = readableTexts[language];
  const { author, likeCount, commentCount, media, id, contentWarning } = post;
  const name = nameOf(author);
  const at = post.publishedAt ?? post.createdAt;
  // What readers have to ask for is not given to other pages either.
  const first = media.find(({ kind }) => kind !== "document");
  const shown = post.sensitive || contentWarning ? undefined : first;
  const alt = shown?.alt || (first?.kind === "video" ? texts.videoBy(name) : texts.pictureBy(name));
  const image = shown && (shown.kind === "video" ? shown.thumbnailUrl : shown.url);
  const description = summaryOf(post, language) || excerptOf(first ? alt : (!post.sensitive && media[0]?.name) || texts.postBy(name));
  const answers = comments.data.toReversed().map((comment) => commentItem(comment, language));
  return {
    language,
    head: headOf(
      texts.postBy(name),
      placeOfPost(id),
      description,
      {
        "og:type": "article",
        ...(post.title && !contentWarning && { "og:title": post.title }),
        "article:published_time": at,
        "article:author": new URL(profileOf(author), origin).href,
        ...(image && {
          "og:image": new URL(image, origin).href,
          ...(shown.kind === "image" && { "og:image:width": shown.width, "og:image:height": shown.height }),
          "og:image:alt": alt,
        }),
        "twitter:card": image ? "summary_large_image" : "summary",
      },
      [embedLink(placeOfPost(id), texts.postBy(name), origin)],
      origin,
    ),
    body: frame(
      html`<h1>${aroundName(texts.postBy, name)}</h1><article>${byline(author, at, language)}${contentOf(post, language)}<p class="plain__facts">${texts.likes(likeCount)} · ${texts.comments(commentCount)}</p></article>${answers.length > 0 && html`<h2>${comments.pageInfo.hasNextPage ? texts.newestComments : texts.commentsTitle}</h2><ol>${answers}</ol>`}`,
      texts.missingOfPost,
    ),
  };
}

/** A profile with the post that stands first there, and its newest posts. */
export function profilePage(
  user: User,
  { pinned, newest }: { pinned: Post | null; newest: readonly Post[] },
  origin: string,
  language: Language,
): ReadablePage {
  const texts = readableTexts[language];
  const name = nameOf(user);
  const description = excerptOf(user.bio) || texts.postsBy(name);
  const article = (post: Post) =>
    html`<article>${byline(post.author, post.publishedAt ?? post.createdAt, language)}${contentOf(post, language)}<p class="plain__facts"><a href="${placeOfPost(post.id)}">${texts.likes(post.likeCount)} · ${texts.comments(post.commentCount)}</a></p></article>`;
  const alternates = [
    ...feedFormatNames.map((format) => ({ type: feedFormats[format], title: texts.postsBy(name), href: `${origin}${feedPath(format, user.username)}` })),
    embedLink(profileOf(user), name, origin),
  ];
  return {
    language,
    head: headOf(
      name,
      profileOf(user),
      description,
      { "og:type": "profile", "profile:username": user.username, "twitter:card": "summary" },
      alternates,
      origin,
    ),
    body: frame(
      html`<h1><bdi>${name}</bdi></h1><p class="plain__by">@${user.username} · ${texts.following(user.followingCount)} · ${texts.followers(user.followerCount)}</p>${user.location && html`<p class="plain__by"><bdi>${user.location}</bdi></p>`}${user.links.map((link) => html`<p><a href="${link}" rel="me noopener noreferrer nofollow ugc">${link}</a></p>`)}${user.bio && html`<p class="plain__text" dir="auto">${richText(user.bio)}</p>`}${pinned && html`<h2>${texts.pinned}</h2>${article(pinned)}`}${(newest.length > 0 || !pinned) && html`<h2>${newest.length > 0 ? texts.newestPosts : texts.noPosts}</h2>`}${newest.map(article)}`,
      texts.missingOfProfile,
    ),
  };
}
