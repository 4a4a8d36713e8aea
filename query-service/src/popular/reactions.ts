import type { EventOf } from "@newfeed/shared/contracts/events.ts";
import type { PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import { hourOf } from "../decay.ts";
import { type Kind, keptDays } from "./score.ts";

export type ReactionEvent = EventOf<
  "post.liked" | "post.unliked" | "post.reposted" | "post.unreposted" | "comment.created" | "comment.updated" | "comment.deleted"
>;

/** What a person has done under a post, or has taken back. */
export interface Reaction {
  id: string;
  postId: PostId;
  userId: UserId;
  kind: Kind;
  revision: number;
  active: boolean;
  hour: Date;
  /** Of the post, when it is known. */
  isPublic: boolean | null;
}

/** What an event says of a reaction; nothing of an author's own post. */
function reactionOf(event: ReactionEvent): Reaction | undefined {
  const { aggregate, occurredAt, data } = event;
  const about = (at: string) => ({ revision: aggregate.revision, postId: postIdOf(event), hour: hourOf(Date.parse(at)) });
  if ("commentId" in data) return { ...about(occurredAt), id: data.commentId, userId: data.authorId, kind: "comment", active: false, isPublic: null };
  if ("comment" in data) {
    if (data.authorId === data.postAuthorId) return undefined;
    const { id, deleted, held, createdAt } = data.comment;
    return { ...about(createdAt), id, userId: data.authorId, kind: "comment", active: !deleted && held === null, isPublic: data.visibility === "public" };
  }
  if (data.userId === data.postAuthorId) return undefined;
  const kind = "repostCount" in data ? "repost" : "like";
  const active = event.type === "post.liked" || event.type === "post.reposted";
  return { ...about(occurredAt), id: aggregate.id, userId: data.userId, kind, active, isPublic: data.visibility === "public" };
}
const postIdOf = ({ data }: ReactionEvent): PostId => ("comment" in data ? data.comment.postId : data.postId);

/** The latest of each reaction that events tell of, without those that no window reaches any more. */
export function reactionsIn(events: readonly ReactionEvent[], now: number): Reaction[] {
  const oldest = now - keptDays * 24 * 60 * 60 * 1_000;
  const latest = new Map<string, Reaction>();
  for (const event of events) {
    const reaction = reactionOf(event);
    if (!reaction || reaction.hour.getTime() < oldest) continue;
    if ((latest.get(reaction.id)?.revision ?? 0) < reaction.revision) latest.set(reaction.id, reaction);
  }
  return [...latest.values()];
}
