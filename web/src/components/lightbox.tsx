import { Dialog } from "@base-ui/react/dialog";
import type { Attachment } from "@newfeed/client";
import { ChevronLeft, ChevronRight, X, ZoomIn, ZoomOut } from "lucide-react";
import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import { t } from "../texts/texts.ts";
import { panned, unzoomed, zoomed } from "./zoom.ts";
import "./lightbox.css";

/** A swipe is at least so long, in pixels, and more across than down. */
const swipe = 50;
const step = 1.5;
const panStep = 60;
const pans: Record<string, readonly [number, number]> = {
  ArrowLeft: [panStep, 0],
  ArrowRight: [-panStep, 0],
  ArrowUp: [0, panStep],
  ArrowDown: [0, -panStep],
};

interface Point {
  x: number;
  y: number;
}
const distance = (one: Point, other: Point) => Math.hypot(one.x - other.x, one.y - other.y);

export interface LightboxProps {
  pictures: readonly { of: Attachment; alt: string }[];
  /** The one that is shown first. */
  first: number;
  onClose: () => void;
}

/**
 * Pictures over the whole window: by swipe, arrow keys or buttons the next one; by pinch, double click, wheel, `+`, `-` or buttons
 * larger, and then moved by dragging or arrow keys. Escape closes it, and the focus returns.
 */
export function Lightbox({ pictures, first, onClose }: LightboxProps) {
  const [index, setIndex] = useState(first);
  const [zoom, setZoom] = useState(unzoomed);
  const image = useRef<HTMLImageElement>(null);
  const popup = useRef<HTMLDivElement>(null);
  const pointers = useRef(new Map<number, Point>());
  const began = useRef<Point | null>(null);
  const shown = pictures[index];
  if (!shown) return null;

  const isZoomed = zoom.scale > 1;
  const box = () => ({ width: image.current?.offsetWidth ?? 0, height: image.current?.offsetHeight ?? 0 });
  const enlarge = (by: number) => setZoom((known) => zoomed(known, by, box()));
  const pan = (right: number, down: number) => setZoom((known) => panned(known, right, down, box()));
  function go(by: number): void {
    const next = index + by;
    if (next < 0 || next >= pictures.length) return;
    setIndex(next);
    setZoom(unzoomed);
  }
  /** The next one is where the text goes on. */
  const across = (right: number) => go(document.documentElement.dir === "rtl" ? -right : right);

  function onKeyDown(event: KeyboardEvent): void {
    const moved = pans[event.key];
    if (isZoomed && moved) pan(...moved);
    else if (event.key === "ArrowLeft") across(-1);
    else if (event.key === "ArrowRight") across(1);
    else if (event.key === "+" || event.key === "=") enlarge(step);
    else if (event.key === "-") enlarge(1 / step);
    else if (event.key === "0") setZoom(unzoomed);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  function onPointerDown({ currentTarget, pointerId, clientX, clientY }: PointerEvent): void {
    currentTarget.setPointerCapture(pointerId);
    pointers.current.set(pointerId, { x: clientX, y: clientY });
    // A second finger makes it a pinch.
    began.current = pointers.current.size === 1 ? { x: clientX, y: clientY } : null;
  }
  function onPointerMove({ pointerId, clientX, clientY }: PointerEvent): void {
    const before = pointers.current.get(pointerId);
    if (!before) return;
    const now = { x: clientX, y: clientY };
    pointers.current.set(pointerId, now);
    const other = [...pointers.current].find(([id]) => id !== pointerId)?.[1];
    if (other) enlarge(distance(now, other) / Math.max(distance(before, other), 1));
    else if (isZoomed) pan(now.x - before.x, now.y - before.y);
  }
  function onPointerUp({ pointerId, clientX, clientY }: PointerEvent): void {
    pointers.current.delete(pointerId);
    const from = began.current;
    began.current = null;
    if (!from || isZoomed) return;
    const [right, down] = [clientX - from.x, clientY - from.y];
    if (Math.abs(right) >= swipe && Math.abs(right) > Math.abs(down)) across(right < 0 ? 1 : -1);
  }
  function onPointerCancel({ pointerId }: PointerEvent): void {
    pointers.current.delete(pointerId);
    began.current = null;
  }
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Popup ref={popup} className="lightbox" initialFocus={popup} onKeyDown={onKeyDown}>
          <Dialog.Title className="visually-hidden">{t.lightbox.title}</Dialog.Title>
          {/* biome-ignore lint/a11y/noStaticElementInteractions: for pointers; the keyboard has keys and buttons */}
          <div
            className="lightbox__stage"
            data-zoomed={isZoomed || undefined}
            onPointerDown={onPointerDown}
            onPointerMove={onPointerMove}
            onPointerUp={onPointerUp}
            onPointerCancel={onPointerCancel}
            onDoubleClick={() => (isZoomed ? setZoom(unzoomed) : enlarge(step * step))}
            onWheel={({ deltaY }) => deltaY !== 0 && enlarge(deltaY < 0 ? 1.15 : 1 / 1.15)}
          >
            <img
              key={shown.of.id}
              ref={image}
              src={shown.of.url}
              alt={shown.alt}
              draggable={false}
              style={{ transform: `translate(${zoom.x}px, ${zoom.y}px) scale(${zoom.scale})` }}
              {...(shown.of.width && shown.of.height && { width: shown.of.width, height: shown.of.height })}
            />
          </div>
          {shown.of.alt && (
            // The picture says it to those who listen.
            <p className="lightbox__alt" aria-hidden dir="auto">
              {shown.of.alt}
            </p>
          )}
          <div className="lightbox__bar">
            {pictures.length > 1 && (
              <p className="lightbox__place" role="status">
                {t.lightbox.place(index + 1, pictures.length)}
              </p>
            )}
            <button type="button" className="lightbox__button" aria-label={t.lightbox.smaller} aria-disabled={!isZoomed} onClick={() => enlarge(1 / step)}>
              <ZoomOut size={22} aria-hidden />
            </button>
            <button type="button" className="lightbox__button" aria-label={t.lightbox.larger} onClick={() => enlarge(step)}>
              <ZoomIn size={22} aria-hidden />
            </button>
            <Dialog.Close className="lightbox__button" aria-label={t.common.close}>
              <X size={22} aria-hidden />
            </Dialog.Close>
          </div>
          {index > 0 && (
            <button type="button" className="lightbox__button lightbox__turn" data-to="previous" aria-label={t.lightbox.previous} onClick={() => go(-1)}>
              <ChevronLeft size={26} aria-hidden />
            </button>
          )}
          {index < pictures.length - 1 && (
            <button type="button" className="lightbox__button lightbox__turn" data-to="next" aria-label={t.lightbox.next} onClick={() => go(1)}>
              <ChevronRight size={26} aria-hidden />
            </button>
          )}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
