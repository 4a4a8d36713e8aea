const lines = (...texts: readonly (string | null | undefined)[]): string => texts.filter((text) => text).join("\n");

/** All that people read of something, in one text. */
export const textOf = {
  post: ({
    title,
    content,
    contentWarning,
    location,
  }: {
    title: string | null;
    content: string;
    contentWarning?: string | null;
    location?: string | null;
  }): string => lines(title, contentWarning, content, location),
  user: ({ username, fullName, bio }: { username: string; fullName: string; bio?: string | null }): string => lines(fullName, `@${username}`, bio),
};
