/** Options of Node for the whole feed in one process. */
export const feedOptions: readonly string[];
