/** What people do under a post, with what one person's weighs. */
export const weights = { like: 1, comment: 2, repost: 2 } as const;
export type Kind = keyof typeof weights;

export const windows = ["day", "week"] as const;
export type PopularWindow = (typeof windows)[number];

/** In a quarter of its window, a reaction loses half of its weight. */
export const hoursOf: Readonly<Record<PopularWindow, number>> = { day: 24, week: 7 * 24 };

/** Reactions are kept for a day longer than the longest window. */
export const keptDays = 8;
