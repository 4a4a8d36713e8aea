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
}

/** The page's heading and title. After a navigation it has the focus, so that a keyboard or a screen reader continues from here. */
export function PageHeading({ title, name, children, hidden = false }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    setTitle(title);
  }, [title]);
  useEffect(() => {
    if (hasNavigated) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <header className={hidden ? "visually-hidden" : "page-head"}>
      <h1 ref={heading} tabIndex={-1}>
        <Sentence text={title} name={name} />
      </h1>
      {children}
    </header>
  );
}
