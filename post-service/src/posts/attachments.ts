import type { Attachment } from "@newfeed/shared/contracts/dto.ts";
import type { StoredAttachment } from "@newfeed/shared/contracts/routes/media.ts";
import type { MediaUrls } from "@newfeed/shared/ports/media-urls.ts";

export function toAttachment(
  { id, kind, store, path, thumbnailPath, width, height, duration = null, blurhash }: StoredAttachment,
  urls: MediaUrls,
): Attachment {
  const thumbnailUrl = thumbnailPath === null ? null : urls.of({ store, kind: "image", path: thumbnailPath });
  return { id, kind, url: urls.of({ store, kind, path }), thumbnailUrl, width, height, duration, blurhash };
}
