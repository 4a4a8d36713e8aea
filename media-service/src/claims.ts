import { invalidField } from "@newfeed/shared/contracts/errors.ts";
import type { MediaId, PostId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { MediaUrls } from "@newfeed/shared/ports/media-urls.ts";
import type { Media, Store } from "./store.ts";

export interface PostClaim {
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

/** Whether no other post shows it: an upload belongs to one post. */
const isFreeFor = (postId: PostId, { claims }: Media) => claims.every(({ kind, id }) => kind !== "post" || id === postId);

/**
 * Claims the owner's unattached uploads for a post, all or none; two posts never get the same one, and asking again for
 * the same post gives the same answer. Throws a validation problem on `mediaIds` when an id is not such an upload.
 */
export async function attachMedia(
  store: Pick<Store, "transaction">,
  { ownerId, postId, visibility, ids, urls }: PostClaim,
  pathOf: MediaUrls["pathOf"],
): Promise<Claimed> {
  const paths = urls.map(pathOf).filter((path) => path !== null);
  return store.transaction(async (operations) => {
    const rows = (await operations.lockOwn(ownerId, ids, paths)).filter((media) => isFreeFor(postId, media));
    const byId = new Map(rows.map((row) => [row.id, row]));
    const missing = ids.filter((id) => !byId.has(id));
    if (missing.length > 0) throw invalidField("mediaIds", `must be uploads of yours that are free to attach; ${missing.join(", ")} is not`);
    const attached = new Set(ids.map((id) => byId.get(id) as Media));
    const links: string[] = [];
    for (const url of urls) {
      const path = pathOf(url);
      const media = rows.find((row) => path !== null && [row.path, row.thumbnailPath, row.smallPath].includes(path));
      if (media) attached.add(media);
      else links.push(url);
    }
    const claimed = [...attached];
    await operations.claim(
      { kind: "post", id: postId },
      visibility,
      claimed.map(({ id }) => id),
    );
    return { attached: claimed, links };
  });
}

/**
 * Claims an upload as a picture of its owner's profile. `elsewhere`: the URL is no address of our stores; `refused`: it is,
 * and not of a picture of the owner's.
 */
export async function claimAvatar(
  store: Pick<Store, "transaction">,
  ownerId: UserId,
  url: string,
  pathOf: MediaUrls["pathOf"],
): Promise<"claimed" | "elsewhere" | "refused"> {
  const path = pathOf(url);
  if (path === null) return "elsewhere";
  return store.transaction(async (operations) => {
    const [picture] = await operations.lockOwn(ownerId, [], [path]);
    if (picture?.kind !== "image") return "refused";
    await operations.claim({ kind: "profile", id: ownerId }, "public", [picture.id]);
    return "claimed";
  });
}
