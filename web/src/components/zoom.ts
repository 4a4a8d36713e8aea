/** How a picture is looked at: how much enlarged, and moved from the middle by so many pixels. */
export interface Zoom {
  scale: number;
  x: number;
  y: number;
}

export interface Box {
  width: number;
  height: number;
}

export const unzoomed: Zoom = { scale: 1, x: 0, y: 0 };
const most = 6;

/** Moved, as far as there is something of the picture beyond the edge of its box. */
export function panned({ scale, x, y }: Zoom, right: number, down: number, { width, height }: Box): Zoom {
  const within = (at: number, length: number) => {
    const beyond = ((scale - 1) * length) / 2;
    return Math.min(Math.max(at, -beyond), beyond);
  };
  return { scale, x: within(x + right, width), y: within(y + down, height) };
}

/** Enlarged by a factor, around the middle of what is seen. */
export function zoomed({ scale, x, y }: Zoom, by: number, box: Box): Zoom {
  const next = Math.min(Math.max(scale * by, 1), most);
  return panned({ scale: next, x: (x * next) / scale, y: (y * next) / scale }, 0, 0, box);
}
