import { type ReactNode, useEffect, useRef } from "react";
import { Sentence } from "./name.tsx";
import { setTitle } from "./title.ts";

/** True after the first navigation from one page to another. */
let hasNavigated = false;
export const noteNavigation = () => {
  hasNavigated = true;
};

interface Props {
  title: string;
  /** A user's name within the title. */
  name?: string | undefined;
  children?: ReactNode;
  hidden?: boolean;
  /** Where the heading stands within something else. */
  bare?: boolean;
  /** What is read out, and shown in the window, but not on the page: a card below shows it. */
  more?: string;
}

/** The page's heading and title. After a navigation it has the focus, so that a keyboard or a screen reader continues from here. */
export function PageHeading({ title, name, children, hidden = false, bare = false, more = "" }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    setTitle(title + more);
  }, [title, more]);
  useEffect(() => {
    if (hasNavigated) heading.current?.focus({ preventScroll: true });
  }, []);
  const inside = (
    <h1 ref={heading} tabIndex={-1}>
      <Sentence text={title} name={name} />
      {more && (
        <span className="visually-hidden">
          <Sentence text={more} name={name} />
        </span>
      )}
    </h1>
  );
  if (bare) return inside;
  return (
    <header className={hidden ? "visually-hidden" : "page-head"}>
      {inside}
      {children}
    </header>
  );
}
