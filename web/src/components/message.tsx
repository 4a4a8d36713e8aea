import type { ReactNode } from "react";

/** A sentence of the catalogue, in which what stands in brackets is rendered in another way. */
export function Message({ text, children }: { text: string; children: (inside: string) => ReactNode }) {
  const [before, inside = "", after] = text.split(/[[\]]/);
  return (
    <>
      {before}
      {children(inside)}
      {after}
    </>
  );
}
