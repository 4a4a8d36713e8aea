import { type HeldState, isHeld, moderationOf, type StoredModeration } from "@newfeed/shared/contracts/content-moderation.ts";
import type { Post, QuotedPost } from "@newfeed/shared/contracts/dto.ts";
import type { StoredAttachment } from "@newfeed/shared/contracts/routes/media.ts";
import type { MediaUrls } from "@newfeed/shared/ports/media-urls.ts";
import { type StoredCard, toLinkCard } from "../cards/link-card.ts";
import { type StoredPoll, toPoll } from "../polls/poll.ts";
import { toAttachment } from "./attachments.ts";

/** What is published is `hidden` or `pending` while moderators keep it from all but its author. */
export type StoredStatus = Post["status"] | HeldState;

/** Dates are text, as JSON has them. */
export type StoredQuote = Omit<QuotedPost, "media" | "poll"> & { attachments: StoredAttachment[]; poll: StoredPoll | null };

/** What a post is made of, as it is stored. */
export interface PostParts
  extends Omit<
    Post,
    | "status"
    | "moderation"
    | "media"
    | "mediaUrls"
    | "linkCard"
    | "shareCount"
    | "quotedPost"
    | "poll"
    | "publishAt"
    | "publishedAt"
    | "createdAt"
    | "updatedAt"
  > {
  status: StoredStatus;
  moderation: StoredModeration | null;
  attachments: StoredAttachment[];
  links: string[];
  cardUrl: string | null;
  card: StoredCard | null;
  quotedPost: StoredQuote | null;
  poll: StoredPoll | null;
  publishAt: Date | null;
  publishedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

const toIso = (date: string) => new Date(date).toISOString();
export function toQuote({ attachments, poll, publishedAt, createdAt, ...quote }: StoredQuote, urls: MediaUrls): QuotedPost {
  const media = attachments.map((attachment) => toAttachment(attachment, urls));
  return { ...quote, media, poll: poll && toPoll(poll), publishedAt: publishedAt && toIso(publishedAt), createdAt: toIso(createdAt) };
}

/** Whether others may see a post. */
export const isPublished = ({ status, moderation }: Pick<Post, "status" | "moderation">) => status === "published" && moderation === null;

export function toPost(
  { attachments, links, cardUrl, card, quotedPost, publishAt, publishedAt, createdAt, updatedAt, ...post }: PostParts,
  urls: MediaUrls,
): Post {
  const media = attachments.map((attachment) => toAttachment(attachment, urls));
  const moderation = moderationOf(post.status, post.moderation);
  return {
    id: post.id,
    author: post.author,
    title: post.title,
    content: post.content,
    postType: post.postType,
    visibility: post.visibility,
    status: isHeld(post.status) ? "published" : post.status,
    sensitive: post.sensitive,
    contentWarning: post.contentWarning,
    category: post.category,
    location: post.location,
    media,
    mediaUrls: [...media.map(({ url }) => url), ...links],
    summary: post.summary,
    linkCard: toLinkCard(cardUrl, card),
    quotedPostId: post.quotedPostId,
    quotedPost: quotedPost && toQuote(quotedPost, urls),
    quotable: post.quotable,
    poll: post.poll && toPoll(post.poll),
    likeCount: post.likeCount,
    commentCount: post.commentCount,
    repostCount: post.repostCount,
    shareCount: post.repostCount,
    clientMutationId: post.clientMutationId,
    publishAt: publishAt?.toISOString() ?? null,
    publishedAt: publishedAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    revision: post.revision,
    moderation,
    likedByMe: post.likedByMe,
    bookmarkedByMe: post.bookmarkedByMe,
    repostedByMe: post.repostedByMe,
    mutedByMe: post.mutedByMe,
  };
}
