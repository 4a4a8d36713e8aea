import type { Attachment } from "@newfeed/shared/contracts/dto.ts";

/** Between the URLs that clients see and the form that is stored. */
export interface MediaUrls {
  /** For the database: files that NewFeed serves stand as paths, so that they move with `MEDIA_BASE_URL`. */
  stored(attachment: Attachment): Attachment;
  /** For clients. */
  absolute(attachment: Attachment): Attachment;
}

export function createMediaUrls(baseUrl: string): MediaUrls {
  const prefix = `${baseUrl}/`;
  const toStored = (url: string) => (url.startsWith(prefix) ? url.slice(prefix.length) : url);
  const toAbsolute = (url: string) => (/^https?:\/\//.test(url) ? url : prefix + url);
  const withUrls = ({ id, kind, url, thumbnailUrl, width, height, blurhash }: Attachment, change: (url: string) => string): Attachment => ({
    id,
    kind,
    url: change(url),
    thumbnailUrl: thumbnailUrl === null ? null : change(thumbnailUrl),
    width,
    height,
    blurhash,
  });
  return {
    stored: (attachment) => withUrls(attachment, toStored),
    absolute: (attachment) => withUrls(attachment, toAbsolute),
  };
}
