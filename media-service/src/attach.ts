import { invalidField } from "@newfeed/shared/contracts/errors.ts";
import type { MediaId, PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { MediaUrls } from "@newfeed/shared/ports/media-urls.ts";
import type { Media, Store } from "./store.ts";

export interface Claim {
  ownerId: UserId;
  postId: PostId;
  visibility: "public" | "followers";
  ids: readonly MediaId[];
  urls: readonly string[];
}

export interface Claimed {
  /** In the order in which they were asked for: by id, then by URL. */
  attached: Media[];
  /** URLs that are not the owner's free uploads: plain links. */
  links: string[];
}

/**
 * Claims the owner's unattached uploads for a post, all or none; two posts never get the same one, and asking again for
 * the same post gives the same answer. Throws a validation problem on `mediaIds` when an id is not such an upload.
 */
export async function attachMedia(store: Pick<Store, "transaction">, claim: Claim, pathOf: MediaUrls["pathOf"]): Promise<Claimed> {
  const paths = claim.urls.map(pathOf).filter((path) => path !== null);
  return store.transaction(async (operations) => {
    const rows = await operations.claim({ ...claim, paths });
    const byId = new Map(rows.map((row) => [row.id, row]));
    const missing = claim.ids.filter((id) => !byId.has(id));
    if (missing.length > 0) throw invalidField("mediaIds", `must be uploads of yours that are free to attach; ${missing.join(", ")} is not`);
    const attached = new Set(claim.ids.map((id) => byId.get(id) as Media));
    const links: string[] = [];
    for (const url of claim.urls) {
      const path = pathOf(url);
      const media = rows.find((row) => row.path === path);
      if (media) attached.add(media);
      else links.push(url);
    }
    return { attached: [...attached], links };
  });
}
