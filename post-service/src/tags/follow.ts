import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { UserId } from "@newfeed/shared/contracts/ids.ts";
import { bounds } from "@newfeed/shared/contracts/limits.ts";
import type { TagState } from "@newfeed/shared/contracts/routes/tags.ts";
import type { TagStore } from "./store.ts";

/** Follows a tag. Idempotent. Throws `conflict` for one too many, `unauthenticated`. */
export async function followTag(tags: Pick<TagStore, "setFollow">, userId: UserId, tag: string): Promise<TagState> {
  const followedByMe = await tags.setFollow(userId, tag, true);
  if (!followedByMe) throw new Problem("conflict", { message: `You follow ${bounds.followedTags} tags. Stop following one first.` });
  return { tag, followedByMe };
}
