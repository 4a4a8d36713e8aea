import { type ReactNode, useEffect, useRef } from "react";

/** True after the first navigation from one page to another. */
let hasNavigated = false;
export const noteNavigation = () => {
  hasNavigated = true;
};

/** The page's heading and title. After a navigation it has the focus, so that a keyboard or a screen reader continues from here. */
export function PageHeading({ title, children, hidden = false }: { title: string; children?: ReactNode; hidden?: boolean }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = title === "NewFeed" ? title : `${title} · NewFeed`;
  }, [title]);
  useEffect(() => {
    if (hasNavigated) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <header className={hidden ? "visually-hidden" : "page-head"}>
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {children}
    </header>
  );
}
