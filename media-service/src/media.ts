import type { Attachment, Media as MediaDto } from "@newfeed/shared/contracts/dto.ts";
import { Problem } from "@newfeed/shared/contracts/errors.ts";
import type { MediaId, UserId } from "@newfeed/shared/contracts/ids.ts";
import type { Page, PageQuery } from "@newfeed/shared/contracts/primitives.ts";
import type { StoredAttachment } from "@newfeed/shared/contracts/routes/media.ts";
import { publicIdOf } from "@newfeed/shared/ports/media-store.ts";
import type { MediaUrls } from "@newfeed/shared/ports/media-urls.ts";
import { pageFrom, windowOf } from "@newfeed/shared/store/cursors.ts";
import type { Media, Store } from "./store.ts";

/** Unattached uploads, and claims whose post never came to be, lapse after this long. */
const lapseMs = 24 * 3_600_000;
const lapseBatch = 200;

/** Whether a viewer may see an upload: its owner always, others once it is part of a public post. */
const isVisible = (media: Media, viewerId: UserId | null) => media.ownerId === viewerId || (media.postRevision > 0 && media.postVisibility === "public");

/** An upload as posts keep it. */
export const toStored = ({ id, kind, store, path, thumbnailPath, width, height, blurhash }: Media): StoredAttachment => ({
  ...{ id, kind, store, path, thumbnailPath, width, height, blurhash },
});

function toAttachment(media: Media, urls: MediaUrls): Attachment {
  const { id, kind, store, thumbnailPath, width, height, blurhash } = media;
  const thumbnailUrl = thumbnailPath === null ? null : urls.of({ store, kind: "image", path: thumbnailPath });
  return { id, kind, url: urls.of(media), thumbnailUrl, width, height, blurhash };
}

export const toMedia = (media: Media, urls: MediaUrls): MediaDto => ({
  ...toAttachment(media, urls),
  publicId: publicIdOf(media.path),
  ownerId: media.ownerId,
  bytes: media.bytes,
  contentType: media.contentType,
  postId: media.postId,
  createdAt: media.createdAt.toISOString(),
  revision: media.revision,
});

/** Throws `not_found`, also for what the viewer may not see. */
export async function getMedia(store: Pick<Store, "byId">, id: MediaId, viewerId: UserId | null): Promise<Media> {
  const media = await store.byId(id);
  if (!media || !isVisible(media, viewerId)) throw new Problem("not_found");
  return media;
}

/** A user's uploads, newest first; others see those of public posts. */
export async function listMedia(
  store: Pick<Store, "listByOwner">,
  ownerId: UserId,
  viewerId: UserId | null,
  query: PageQuery,
  urls: MediaUrls,
): Promise<Page<MediaDto>> {
  const window = windowOf(query);
  const rows = await store.listByOwner(ownerId, ownerId !== viewerId, window);
  return pageFrom(
    rows,
    window,
    ({ createdAt, id }) => ({ at: createdAt, id }),
    (media) => toMedia(media, urls),
  );
}

/** Deletes an upload of the user's own. Throws `not_found`, `not_owner`, and `conflict` when it belongs to a post. */
export async function deleteMedia(store: Pick<Store, "transaction" | "byId">, id: MediaId, userId: UserId): Promise<void> {
  const media = await getMedia(store, id, userId);
  if (media.ownerId !== userId) throw new Problem("not_owner");
  const removed = await store.transaction((operations) => operations.removeUnattached(id, userId));
  if (removed > 0) return;
  // Deleted a moment ago, or claimed by a post.
  await getMedia(store, id, userId);
  throw new Problem("conflict", { message: "This upload is attached to a post: delete the post." });
}

/** Removes what no post claimed, and what was claimed by a post that never came to be, for 24 hours before `now`. */
export async function removeLapsed(store: Pick<Store, "transaction">, now: Date): Promise<number> {
  const before = new Date(now.getTime() - lapseMs);
  for (let total = 0; ; ) {
    const removed = await store.transaction((operations) => operations.removeLapsed(before, lapseBatch));
    total += removed;
    if (removed < lapseBatch) return total;
  }
}
