const lines = (...texts: readonly (string | null | undefined)[]): string => texts.filter((text) => text).join("\n");

interface PostTexts {
  title: string | null;
  content: string;
  contentWarning: string | null;
  location: string | null;
  poll: { options: readonly { text: string }[] } | null;
  media: readonly { alt: string | null; name: string | null }[];
}

/** All that people read of something, in one text. */
export const textOf = {
  post: ({ title, content, contentWarning, location, poll, media }: PostTexts): string =>
    lines(title, contentWarning, content, location, ...(poll?.options ?? []).map(({ text }) => text), ...media.flatMap(({ alt, name }) => [name, alt])),
  user: ({ username, fullName, bio }: { username: string; fullName: string; bio?: string | null }): string => lines(fullName, `@${username}`, bio),
};
