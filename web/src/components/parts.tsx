import { memo, type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { type Chunk, createChunks, type Keyed } from "../data/chunks.ts";

/** How far from the screen a part of a list leaves the page, in px. */
const marginPx = 3_000;

/** Heights of parts that are not shown; they hold for one width of the window. */
function createHeights() {
  const heights = new Map<string, number>();
  let width = innerWidth;
  return {
    get: (part: string) => (innerWidth === width ? heights.get(part) : undefined),
    set(part: string, height: number): void {
      if (innerWidth !== width) heights.clear();
      width = innerWidth;
      heights.set(part, height);
    },
  };
}

interface Parted<T extends Keyed> {
  chunk: ReturnType<typeof createChunks<T>>;
  heights: ReturnType<typeof createHeights>;
}

/** As long as the list itself, so that going back to it leads to the same place. */
const known = new WeakMap<object, Parted<Keyed>>();

function partedOf<T extends Keyed>(list: object, isEqual: (a: T, b: T) => boolean, most: number): Parted<T> {
  const parted = (known.get(list) as Parted<T> | undefined) ?? { chunk: createChunks(isEqual, most), heights: createHeights() };
  known.set(list, parted as unknown as Parted<Keyed>);
  return parted;
}

interface Props<T extends Keyed> {
  /** What the items are of. */
  list: object;
  items: readonly T[];
  isEqual: (a: T, b: T) => boolean;
  /** Items of a part. */
  most: number;
  className?: string;
  /** The same function as long as it would render the same. */
  render: (item: T) => ReactNode;
}

/**
 * A list in parts, of which only those near the screen are in the page: the others are spaces of their size. A new item
 * renders its own part again, and no other.
 */
export function Parts<T extends Keyed>({ list, items, isEqual, most, className, render }: Props<T>) {
  const { chunk, heights } = partedOf(list, isEqual, most);
  const chunks = useMemo(() => chunk(items), [chunk, items]);
  return chunks.map((one) => (
    <Part key={one.key} chunk={one as Chunk<Keyed>} heights={heights} className={className} render={render as (item: Keyed) => ReactNode} />
  ));
}

interface PartProps {
  chunk: Chunk<Keyed>;
  heights: ReturnType<typeof createHeights>;
  className: string | undefined;
  render: (item: Keyed) => ReactNode;
}

/** A reader is at it, or has opened a menu or a dialog, which may be its. */
const isInUse = (element: Element) =>
  element.contains(document.activeElement) || document.querySelector('[role="menu"], [role="dialog"], [role="alertdialog"]') !== null;

const Part = memo(function Part({ chunk: { key, items }, heights, className, render }: PartProps) {
  const part = useRef<HTMLDivElement>(null);
  /** Of the space in its place; null while it is shown. */
  const [height, setHeight] = useState<number | null>(() => heights.get(key) ?? null);
  const isShown = height === null;

  useEffect(() => {
    const element = part.current;
    if (!element) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.at(-1)?.isIntersecting) setHeight(null);
        else if (!isInUse(element)) setHeight(element.getBoundingClientRect().height);
      },
      { rootMargin: `${marginPx}px 0px` },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    const element = part.current;
    return () => {
      if (element) heights.set(key, element.getBoundingClientRect().height);
    };
  }, [heights, key]);

  return (
    <div ref={part} className={isShown ? className : undefined} style={isShown ? undefined : { height }}>
      {isShown && items.map(render)}
    </div>
  );
});
