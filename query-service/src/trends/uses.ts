import { isHeld } from "@newfeed/shared/contracts/content-moderation.ts";
import type { Post } from "@newfeed/shared/contracts/dto.ts";
import type { EventOf } from "@newfeed/shared/contracts/events.ts";
import { createdAtOf, type PostId, type UserId } from "@newfeed/shared/contracts/ids.ts";
import { tagsIn } from "@newfeed/shared/store/tags.ts";
import { hourMs, hourOf } from "../decay.ts";

/** What of the last hours makes a trend. */
export const windowHours = 24;
/** Uses are kept for longer than the window: what is older is in none. */
export const keptHours = 2 * windowHours;

export type PostEvent = EventOf<"post.created" | "post.updated" | "post.deleted">;

/** The tags of a post that make trends, as of a revision. */
export interface TaggedPost {
  id: PostId;
  authorId: UserId;
  revision: number;
  hour: Date;
  tags: string[];
}

/** Nothing comes after a deletion. */
export const lastRevision = 2 ** 31 - 1;

/**
 * The latest of each post that events tell of, without those that no window reaches any more. Of posts that are not public, or held by moderators, and of
 * authors whose account was younger than so many hours when they published, no tag counts.
 */
export function taggedPostsIn(
  events: readonly Pick<PostEvent, "aggregate" | "data">[],
  { now, accountAgeHours }: { now: number; accountAgeHours: number },
): TaggedPost[] {
  const latest = new Map<PostId, TaggedPost>();
  const add = (post: TaggedPost) => {
    if ((latest.get(post.id)?.revision ?? 0) < post.revision) latest.set(post.id, post);
  };
  for (const { aggregate, data } of events) {
    if (!("post" in data)) {
      add({ id: data.postId, authorId: data.authorId, revision: lastRevision, hour: hourOf(now), tags: [] });
      continue;
    }
    const { id, author, status, visibility, title, content, publishedAt } = data.post;
    const at = Date.parse(publishedAt ?? "");
    if (!(status === "published" || isHeld(status)) || !(at > now - keptHours * hourMs)) continue;
    const counts = status === "published" && visibility === "public" && createdAtOf(author.id) <= at - accountAgeHours * hourMs;
    add({ id, authorId: author.id, revision: aggregate.revision, hour: hourOf(at), tags: counts ? tagsIn(title, content) : [] });
  }
  return [...latest.values()];
}

/** The same of the posts of a page. */
export const taggedPostsOf = (posts: readonly Post[], options: Parameters<typeof taggedPostsIn>[1]): TaggedPost[] =>
  taggedPostsIn(
    posts.map(
      (post) =>
        ({ aggregate: { type: "post", id: post.id, revision: post.revision }, data: { post, quotedAuthorId: null } }) as Pick<PostEvent, "aggregate" | "data">,
    ),
    options,
  );
