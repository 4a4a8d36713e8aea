import { type RefObject, useEffect, useState } from "react";

/** How long an element must stay: scrolling past a hundred posts follows none of them. */
const dwellMs = 300;

/** Whether an element is on the screen, or close to it. */
export function useWhileVisible(element: RefObject<Element | null>, always: boolean): boolean {
  const [visible, setVisible] = useState(always);
  useEffect(() => {
    if (always || !element.current) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const observer = new IntersectionObserver(
      ([entry]) => {
        clearTimeout(timer);
        const now = entry?.isIntersecting ?? false;
        timer = setTimeout(() => setVisible(now), dwellMs);
      },
      { rootMargin: "200px" },
    );
    observer.observe(element.current);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
    };
  }, [element, always]);
  return visible;
}
