/** Where notifications go beside the inbox. */
export const outerChannels = ["push", "mail"] as const;

/** Each by itself, or together once a day or a week. */
export const mailFrequencies = ["at_once", "daily", "weekly"] as const;
