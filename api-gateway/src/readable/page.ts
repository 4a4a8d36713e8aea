import type { Post, User } from "@newfeed/shared/contracts/dto.ts";
import { pages } from "@newfeed/shared/contracts/pages.ts";
import { labelOf, piecesOf } from "@newfeed/shared/contracts/rich-text.ts";
import type { PostAggregate } from "@newfeed/shared/contracts/routes/query.ts";
import { type Html, html } from "./html.ts";

/** A page for readers without scripts: what stands in the document's head, and in its `noscript`. */
export interface ReadablePage {
  head: Html;
  body: Html;
}

type Author = Post["author"];
type AggregatedPost = PostAggregate["post"];

const day = new Intl.DateTimeFormat("en", { dateStyle: "long", timeZone: "UTC" });
const longestExcerpt = 200;

const nameOf = ({ fullName, username }: Author): string => fullName || username;
const profileOf = ({ username }: Author): string => pages.profile.replace(":username", username);
const placeOf = (id: string): string => pages.post.replace(":id", id);
const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** The beginning of a text, in one line. */
function excerptOf(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  if (line.length <= longestExcerpt) return line;
  const cut = line.slice(0, longestExcerpt);
  const end = line.lastIndexOf(" ", longestExcerpt);
  return `${(end > longestExcerpt / 2 ? cut.slice(0, end) : cut).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

const outerLink = (address: string, label: string): Html => html`<a href="${address}" rel="noopener noreferrer nofollow ugc">${label}</a>`;

const richText = (text: string): Html[] =>
  piecesOf(text).map((piece) => {
    switch (piece.kind) {
      case "mention":
        return html`<a href="/@${piece.username}">${piece.text}</a>`;
      case "link":
        return outerLink(piece.url.href, labelOf(piece));
      case "mail":
        return html`<a href="mailto:${piece.text}">${piece.text}</a>`;
      default:
        return html`${piece.text}`;
    }
  });

const byline = (author: Author, at: string): Html =>
  html`<p class="plain__by"><a href="${profileOf(author)}"><bdi>${nameOf(author)}</bdi></a> @${author.username} · <time datetime="${at}">${day.format(new Date(at))}</time></p>`;

const picture = ({ kind, url, thumbnailUrl, width, height }: Post["media"][number], by: string): Html => {
  const size = width && height ? html` width="${width}" height="${height}"` : null;
  return kind === "video"
    ? html`<video src="${url}" controls preload="metadata"${size}${thumbnailUrl && html` poster="${thumbnailUrl}"`}></video>`
    : html`<img src="${url}" alt="Picture posted by ${by}" loading="lazy"${size}>`;
};

/** The addresses that a post shows beside its text. */
const linksOf = ({ mediaUrls, media }: AggregatedPost): URL[] =>
  mediaUrls.filter((url) => media.every((item) => item.url !== url) && /^https?:/i.test(url) && URL.canParse(url)).map((url) => new URL(url));

const contentOf = (post: AggregatedPost): Html => {
  const { content, title, media, author } = post;
  return html`${title && html`<h2 dir="auto">${title}</h2>`}${content && html`<p class="plain__text" dir="auto">${richText(content)}</p>`}${media.map((item) => picture(item, nameOf(author)))}${linksOf(post).map(({ href }) => html`<p>${outerLink(href, href)}</p>`)}`;
};

/** What others' pages show of this one (https://ogp.me), and search engines. */
function headOf(
  title: string,
  place: string,
  description: string,
  properties: Readonly<Record<string, string | number | null | undefined>>,
  origin: string,
): Html {
  const address = new URL(place, origin).href;
  const all = { "og:site_name": "NewFeed", "og:title": title, "og:description": description, "og:url": address, ...properties };
  return html`<title>${title} · NewFeed</title>
    <meta name="description" content="${description}" />
    <link rel="canonical" href="${address}" />${Object.entries(all).map(
      ([property, content]) =>
        content !== null &&
        content !== undefined &&
        html`
    <meta property="${property}" content="${content}" />`,
    )}`;
}

const frame = (content: Html, missing: string): Html => html`<div class="plain">
      <header><a class="plain__brand" href="/">NewFeed</a></header>
      <main>${content}</main>
      <footer><p>${missing}</p></footer>
    </div>`;

/** A post with its newest comments, the oldest of them first. */
export function postPage({ post, comments }: PostAggregate, origin: string): ReadablePage {
  const { author, likeCount, commentCount, media, id } = post;
  const name = nameOf(author);
  const at = post.publishedAt ?? post.createdAt;
  const shown = media[0];
  const image = shown && (shown.kind === "video" ? shown.thumbnailUrl : shown.url);
  const description =
    excerptOf([post.title, post.content].filter(Boolean).join(". ")) || `A ${shown?.kind === "video" ? "video" : "picture"} posted by ${name}`;
  const said = comments.data
    .toReversed()
    .map(
      (comment) =>
        html`<li>${comment.author && !comment.deleted ? html`${byline(comment.author, comment.createdAt)}<p class="plain__text" dir="auto">${richText(comment.content)}</p>` : html`<p>This comment was deleted.</p>`}</li>`,
    );
  return {
    head: headOf(
      `Post by ${name}`,
      placeOf(id),
      description,
      {
        "og:type": "article",
        ...(post.title && { "og:title": post.title }),
        "article:published_time": at,
        "article:author": new URL(profileOf(author), origin).href,
        ...(image && {
          "og:image": new URL(image, origin).href,
          ...(shown.kind === "image" && { "og:image:width": shown.width, "og:image:height": shown.height }),
          "og:image:alt": `${shown.kind === "video" ? "Video" : "Picture"} posted by ${name}`,
        }),
        "twitter:card": image ? "summary_large_image" : "summary",
      },
      origin,
    ),
    body: frame(
      html`<h1>Post by <bdi>${name}</bdi></h1><article>${byline(author, at)}${contentOf(post)}<p class="plain__facts">${counted(likeCount, "like", "likes")} · ${counted(commentCount, "comment", "comments")}</p></article>${said.length > 0 && html`<h2>${comments.pageInfo.hasNextPage ? "Newest comments" : "Comments"}</h2><ol>${said}</ol>`}`,
      "Without JavaScript you can read this post. Likes, replies, writing and what happens live need it.",
    ),
  };
}

/** A profile with its newest posts. */
export function profilePage(user: User, posts: readonly Post[], origin: string): ReadablePage {
  const name = nameOf(user);
  const description = excerptOf(user.bio) || `Posts by ${name} on NewFeed`;
  return {
    head: headOf(name, profileOf(user), description, { "og:type": "profile", "profile:username": user.username, "twitter:card": "summary" }, origin),
    body: frame(
      html`<h1><bdi>${name}</bdi></h1><p class="plain__by">@${user.username} · ${user.followingCount} following · ${counted(user.followerCount, "follower", "followers")}</p>${user.bio && html`<p class="plain__text" dir="auto">${richText(user.bio)}</p>`}<h2>${posts.length > 0 ? "Newest posts" : "No posts yet"}</h2>${posts.map(
        (post) =>
          html`<article>${byline(post.author, post.publishedAt ?? post.createdAt)}${contentOf(post)}<p class="plain__facts"><a href="${placeOf(post.id)}">${counted(post.likeCount, "like", "likes")} · ${counted(post.commentCount, "comment", "comments")}</a></p></article>`,
      )}`,
      "Without JavaScript you can read this profile. Following, search and what happens live need it.",
    ),
  };
}
