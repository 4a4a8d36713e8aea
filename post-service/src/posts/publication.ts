import type { Post } from "@newfeed/shared/contracts/dto.ts";
import { invalidField, Problem } from "@newfeed/shared/contracts/errors.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import type { UpdatePost } from "@newfeed/shared/contracts/routes/posts.ts";

/** Whether and when others see a post. */
export interface Publication {
  status: Post["status"];
  /** Of a scheduled post. */
  publishAt: Date | null;
  /** It is published now. */
  publish: boolean;
}

/** An earlier time would come before the answer. */
const soonestMs = 5_000;
const latestMs = 366 * 86_400_000;

/** Throws `validation_failed` for a time that is too early or too late. */
function timeOf(publishAt: string): Date {
  const at = new Date(publishAt);
  const ahead = at.getTime() - Date.now();
  if (ahead < soonestMs) throw invalidField("publishAt", "must be at least five seconds ahead");
  if (ahead > latestMs) throw invalidField("publishAt", "must be at most a year ahead");
  return at;
}

/** Of a new post. Throws `validation_failed` for a time that is too early or too late. */
export const firstPublication = (status: Post["status"], publishAt: string | undefined): Publication => ({
  status,
  publishAt: publishAt === undefined ? null : timeOf(publishAt),
  publish: status === "published",
});

/** After a change. Throws `validation_failed` for a time that is too early or too late, or of a post that is not scheduled, and for a published post that would be none. */
export function nextPublication(before: Pick<Post, "status" | "publishAt">, body: UpdatePost): Publication & { changes: boolean } {
  const { status = before.status } = body;
  if (before.status === "published" && status !== "published") throw invalidField("status", "must be published: a published post stays so");
  if (status !== "scheduled") {
    if (body.publishAt !== undefined) throw invalidField("publishAt", "is for scheduled posts");
    return { status, publishAt: null, publish: status !== before.status && status === "published", changes: status !== before.status };
  }
  const publishAt = body.publishAt ?? before.publishAt;
  if (publishAt === null) throw invalidField("publishAt", "is required of a scheduled post");
  const at = new Date(publishAt);
  // What stays as it is may have come meanwhile.
  if (at.toISOString() === before.publishAt) return { status, publishAt: at, publish: false, changes: false };
  return { status, publishAt: timeOf(publishAt), publish: false, changes: true };
}

/** Throws `conflict` for a scheduled post too many. */
export async function requireRoom(
  { countScheduled }: { countScheduled(authorId: UserId): Promise<number> },
  authorId: UserId,
  { status }: Pick<Publication, "status">,
): Promise<void> {
  if (status === "scheduled" && (await countScheduled(authorId)) >= bounds.scheduledPosts)
    throw new Problem("conflict", { message: `You have ${bounds.scheduledPosts} scheduled posts. Publish or delete one first.` });
}
