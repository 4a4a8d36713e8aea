import type { PictureShape, PictureSize } from "@newfeed/shared/contracts/profile-pictures.ts";

/** An uploaded picture, by the form of its address: any other would reveal to its host who views it. */
const uploaded = /\/[0-9a-f]{2}\/[0-9a-f-]{36}-[\w-]{22}(-\d+)?\.(jpg|png|gif|webp)$/;
export const isUploaded = (url: string): boolean => uploaded.test(url);

/** The `srcset` of a picture that has several sizes. */
export function sourcesOf(url: string, { widths }: PictureShape, at: (url: string, size: PictureSize) => string): string | undefined {
  if (at(url, "small") === url) return undefined;
  return (["small", "medium", "large"] as const).map((size) => `${at(url, size)} ${widths[size]}w`).join(", ");
}
