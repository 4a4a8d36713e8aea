import type { Author, Post } from "@newfeed/shared/contracts/dto.ts";
import type { PostId } from "@newfeed/shared/contracts/ids.ts";
import type { StoredAttachment } from "@newfeed/shared/contracts/routes/media.ts";
import type { MediaUrls } from "@newfeed/shared/ports/media-urls.ts";
import { authorJson } from "@newfeed/shared/projections/authors.ts";
import { toAttachment } from "./attachments.ts";

/** A post as `postColumns` selects it. */
export interface PostRow {
  id: PostId;
  title: string | null;
  content: string;
  post_type: Post["postType"];
  visibility: Post["visibility"];
  status: Post["status"];
  attachments: StoredAttachment[];
  links: string[];
  like_count: number;
  comment_count: number;
  client_mutation_id: string | null;
  published_at: Date | null;
  created_at: Date;
  updated_at: Date;
  revision: number;
  author: Author;
  liked_by_me: boolean;
}

/**
 * SQL: the columns of a `PostRow`, of a post `p` and its author `a`, as the viewer (an expression of type uuid) sees it.
 * A like is looked up as a value for each post of the page: the planner may turn an EXISTS into a hash of all that the
 * viewer ever liked.
 */
export const postColumns = (viewer: string) => `p.id, p.title, p.content, p.post_type, p.visibility, p.status, p.attachments, p.links,
  p.like_count, p.comment_count, p.client_mutation_id, p.published_at, p.created_at, p.updated_at, p.revision, ${authorJson("a")} AS author,
  coalesce((SELECT l.active FROM post_like l WHERE l.post_id = p.id AND l.user_id = ${viewer}), false) AS liked_by_me`;

/** SQL: what a post's author list, and one's own part of the home feed, are sorted by. */
export const listedAt = "coalesce(p.published_at, p.created_at)";

export function toPost(row: PostRow, urls: MediaUrls): Post {
  const media = row.attachments.map((attachment) => toAttachment(attachment, urls));
  return {
    id: row.id,
    author: row.author,
    title: row.title,
    content: row.content,
    postType: row.post_type,
    visibility: row.visibility,
    status: row.status,
    media,
    mediaUrls: [...media.map(({ url }) => url), ...row.links],
    likeCount: row.like_count,
    commentCount: row.comment_count,
    clientMutationId: row.client_mutation_id,
    publishedAt: row.published_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    revision: row.revision,
    likedByMe: row.liked_by_me,
  };
}
