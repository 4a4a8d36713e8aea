/** The widths of the files of an uploaded picture in three sizes. */
type Widths = Readonly<Record<PictureSize, number>>;
export type PictureSize = "small" | "medium" | "large";

/** A picture of a profile: what is kept of an upload. */
export interface PictureShape {
  widths: Widths;
  /** How much wider than high. */
  ratio: number;
}

export const avatarShape = { widths: { small: 96, medium: 192, large: 512 }, ratio: 1 } as const satisfies PictureShape;
export const headerShape = { widths: { small: 480, medium: 960, large: 1500 }, ratio: 3 } as const satisfies PictureShape;

/** Finds the address of another size, by that of the large one: of a name that media-service gives, they differ in the width alone. */
function sizesOf({ widths }: PictureShape): (url: string, size: PictureSize) => string {
  const large = new RegExp(`(?<=/[0-9a-f]{2}/[0-9a-f-]{36}-[\\w-]{22}-)${widths.large}(?=\\.webp$)`);
  return (url, size) => url.replace(large, String(widths[size]));
}

/** The address of another size of an uploaded avatar. Any other picture has one size: its address stays as it is. */
export const avatarAt = sizesOf(avatarShape);
/** The same of a header. */
export const headerAt = sizesOf(headerShape);
