import type { Author } from "@newfeed/client";
import { Children, type ReactNode } from "react";

type Named = Pick<Author, "fullName" | "username">;

export const nameOf = ({ fullName, username }: Named): string => fullName || username;

/** A user's name. Its direction does not reach what stands around it. */
export const Name = ({ of }: { of: Named }) => <bdi>{nameOf(of)}</bdi>;

/** A user's `@name` beside their name: nothing where that is their name already. */
export const Handle = ({ of, children }: { of: Named; children?: ReactNode }) =>
  (nameOf(of) !== of.username || Children.toArray(children).length > 0) && (
    <span>
      {nameOf(of) !== of.username && <span dir="ltr">@{of.username}</span>}
      {children}
    </span>
  );

/** A sentence in which names, in their order, keep their directions to themselves. */
export function Sentence({ text, name = "", others = [] }: { text: string; name?: string | undefined; others?: readonly string[] }) {
  const at = name === "" ? -1 : text.indexOf(name);
  if (at < 0) return text;
  const rest = text.slice(at + name.length);
  return (
    <>
      {text.slice(0, at)}
      <bdi>{name}</bdi>
      {others.length > 0 ? <Sentence text={rest} name={others[0]} others={others.slice(1)} /> : rest}
    </>
  );
}
