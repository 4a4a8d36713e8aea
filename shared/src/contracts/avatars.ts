/** The widths of an avatar's files, in pixels. */
export const avatarPixels = { small: 96, medium: 192, large: 512 } as const;
export type AvatarSize = keyof typeof avatarPixels;

/** The address of the large file, of a name that media-service gives: the others differ in the width alone. */
const large = new RegExp(`(?<=/[0-9a-f]{2}/[0-9a-f-]{36}-[\\w-]{22}-)${avatarPixels.large}(?=\\.webp$)`);

/** The address of another size of an uploaded avatar. Any other picture has one size: its address stays as it is. */
export const avatarAt = (url: string, size: AvatarSize): string => url.replace(large, String(avatarPixels[size]));
