import type { Author } from "@newfeed/client";

type Named = Pick<Author, "fullName" | "username">;

export const nameOf = ({ fullName, username }: Named): string => fullName || username;

/** A user's name. Its direction does not reach what stands around it. */
export const Name = ({ of }: { of: Named }) => <bdi>{nameOf(of)}</bdi>;

/** A sentence in which a name keeps its direction to itself. */
export function Sentence({ text, name = "" }: { text: string; name?: string | undefined }) {
  const at = name === "" ? -1 : text.indexOf(name);
  if (at < 0) return text;
  return (
    <>
      {text.slice(0, at)}
      <bdi>{name}</bdi>
      {text.slice(at + name.length)}
    </>
  );
}
