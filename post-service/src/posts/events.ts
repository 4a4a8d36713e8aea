import type { Post } from "@newfeed/shared/contracts/dto.ts";
import type { EventPost } from "@newfeed/shared/contracts/event-data.ts";
import { withoutVote } from "@newfeed/shared/contracts/poll.ts";

/** A post as events carry it: a field that is added to the REST answer does not reach them by itself. Of one that is held they say so, not why. */
export const eventPostOf = (post: Post): EventPost => ({
  id: post.id,
  author: post.author,
  title: post.title,
  content: post.content,
  postType: post.postType,
  visibility: post.visibility,
  status: post.moderation?.state ?? post.status,
  sensitive: post.sensitive,
  contentWarning: post.contentWarning,
  category: post.category,
  location: post.location,
  media: post.media,
  mediaUrls: post.mediaUrls,
  summary: post.summary,
  linkCard: post.linkCard,
  quotedPostId: post.quotedPostId,
  quotable: post.quotable,
  poll: post.poll && withoutVote(post.poll),
  likeCount: post.likeCount,
  commentCount: post.commentCount,
  repostCount: post.repostCount,
  clientMutationId: post.clientMutationId,
  publishedAt: post.publishedAt,
  createdAt: post.createdAt,
  updatedAt: post.updatedAt,
  revision: post.revision,
});
