import type { Attachment } from "@newfeed/shared/contracts/dto.ts";
import type { MediaId } from "@newfeed/shared/contracts/ids.ts";
import type { StoredAttachment } from "@newfeed/shared/contracts/routes/media.ts";
import type { MediaUrls } from "@newfeed/shared/ports/media-urls.ts";

export function toAttachment(
  { id, kind, store, path, thumbnailPath, width, height, duration = null, blurhash, name = null, bytes = null, alt = null }: StoredAttachment,
  urls: MediaUrls,
): Attachment {
  const thumbnailUrl = thumbnailPath === null ? null : urls.of({ store, kind: "image", path: thumbnailPath });
  return { id, kind, url: urls.of({ store, kind, path }), thumbnailUrl, width, height, duration, blurhash, name, bytes, alt };
}

/** Attachments with other texts for some of them; an empty text is none. */
export const withAltTexts = (attachments: readonly StoredAttachment[], texts: readonly { mediaId: MediaId; alt: string }[]): StoredAttachment[] =>
  attachments.map((attachment) => {
    const text = texts.find(({ mediaId }) => mediaId === attachment.id);
    return text ? { ...attachment, alt: text.alt || null } : attachment;
  });
