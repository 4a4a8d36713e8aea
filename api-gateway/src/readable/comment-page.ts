import type { Comment, Post } from "@newfeed/shared/contracts/dto.ts";
import type { Language } from "@newfeed/shared/contracts/languages.ts";
import type { Page } from "@newfeed/shared/contracts/primitives.ts";
import type { CommentThread } from "@newfeed/shared/contracts/routes/comments.ts";
import { html } from "./html.ts";
import {
  aroundName,
  byline,
  commentItem,
  excerptOf,
  frame,
  headOf,
  nameOf,
  placeOfComment,
  placeOfPost,
  profileOf,
  type ReadablePage,
  richText,
  summaryOf,
} from "./page.ts";
import { readableTexts } from "./texts.ts";

interface Read {
  post: Post;
  thread: CommentThread;
  /** The oldest first. */
  replies: Page<Comment>;
}

/** A comment with what it answers above it, and the first replies to it; null for one that is deleted. */
export function commentPage({ post, thread: { comment, ancestors }, replies }: Read, origin: string, language: Language): ReadablePage | null {
  const texts = readableTexts[language];
  const { author, createdAt, content, likeCount, replyCount } = comment;
  if (!author || comment.deleted) return null;
  const name = nameOf(author);
  const list = (comments: readonly Comment[]) => html`<ol>${comments.map((each) => commentItem(each, language))}</ol>`;
  const about = texts.postBy(nameOf(post.author));
  const summary = summaryOf(post, language);
  return {
    language,
    head: headOf(
      texts.commentBy(name),
      placeOfComment(comment),
      excerptOf(content),
      {
        "og:type": "article",
        "article:published_time": createdAt,
        "article:author": new URL(profileOf(author), origin).href,
        "twitter:card": "summary",
      },
      [],
      origin,
    ),
    body: frame(
      html`<h1>${aroundName(texts.commentBy, name)}</h1><p><a href="${placeOfPost(post.id)}">${about}</a>${summary && html`: <span dir="auto">${summary}</span>`}</p>${ancestors.length > 0 && list(ancestors)}<article>${byline(author, createdAt, language)}<p class="plain__text" dir="auto">${richText(content)}</p><p class="plain__facts">${texts.likes(likeCount)} · ${texts.replies(replyCount)}</p></article>${replies.data.length > 0 && html`<h2>${texts.repliesTitle}</h2>${list(replies.data)}`}`,
      texts.missingOfComment,
    ),
  };
}
