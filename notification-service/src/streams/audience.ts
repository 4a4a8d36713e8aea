import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import type { FollowedPost } from "../connections/connection.ts";
import type { ShownEntry } from "./rendering.ts";

/** Who reads a stream, as far as that decides what they receive of it. */
export interface Reader {
  /** Users at the other end of a block. */
  hidden: ReadonlySet<UserId>;
  /** The post whose stream it is, as it was when the reader's access was checked. */
  post: FollowedPost | null | undefined;
}

/** A post that only some may see, as an entry shows it. */
function restrictedPost({ type, data }: ShownEntry): Pick<FollowedPost, "visibility" | "revision"> | undefined {
  const post = type === "post_updated" ? (data.post as Pick<FollowedPost, "visibility" | "revision">) : undefined;
  return post && post.visibility !== "public" ? post : undefined;
}

export const isRestricted = (entry: ShownEntry): boolean => restrictedPost(entry) !== undefined;

/**
 * Whether an entry shows a post as it was, for others, before it was shown to this reader. They need not receive it: its
 * visibility has changed since, so that a newer entry stands, or will stand, in the log.
 */
export function isPast(entry: ShownEntry, post: Reader["post"]): boolean {
  const then = post && restrictedPost(entry);
  return then ? then.visibility !== post.visibility && then.revision < post.revision : false;
}

/** Whether a reader receives an entry of a stream that they may follow. */
export const isFor = (entry: ShownEntry, { hidden, post }: Reader): boolean => !(entry.actorId && hidden.has(entry.actorId)) && !isPast(entry, post);
